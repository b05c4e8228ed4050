// Bytes that are made once and then only read, by any number of owners on any core: a frame on its way to
// many connections.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost {

// Freed by whoever lets go of it last.
class SharedBytes {
public:
    explicit SharedBytes(std::string bytes) : bytes_(std::move(bytes)) {}
    [[nodiscard]] std::string_view view() const noexcept { return bytes_; }

private:
    friend void intrusive_ptr_add_ref(const SharedBytes* bytes) noexcept {
        bytes->owners_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(const SharedBytes* bytes) noexcept {
        if (bytes->owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete bytes;
    }

    std::string bytes_;
    mutable std::atomic<std::uint32_t> owners_{0};
};

using SharedBytesPtr = boost::intrusive_ptr<const SharedBytes>;

inline SharedBytesPtr share(std::string bytes) {
    return SharedBytesPtr(new SharedBytes(std::move(bytes)));
}

}  // namespace roost
