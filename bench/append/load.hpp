// Something that writes rows from when it is made until it is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace roost::append_bench {

class Load {
public:
    Load() = default;
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    virtual ~Load() = default;

    // That are committed, and acknowledged where somebody is told.
    [[nodiscard]] virtual std::uint64_t rows() const { return rows_; }
    // Ends it. Throws std::runtime_error when something went wrong meanwhile. Once, before the end.
    virtual void finish() = 0;

protected:
    std::atomic<std::uint64_t> rows_ = 0;
    std::atomic<bool> is_enough_ = false;
};

}  // namespace roost::append_bench
