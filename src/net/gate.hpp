// Whether the process still takes on work: open from its start until it is told to stop. Readiness looks at
// it, so that no new client is sent here, before anything is ended.
#pragma once

#include <atomic>

namespace roost::net {

// One for the process; from any thread.
class Gate {
public:
    [[nodiscard]] bool is_open() const noexcept { return open_.load(std::memory_order_relaxed); }
    void close() noexcept { open_.store(false, std::memory_order_relaxed); }

private:
    std::atomic<bool> open_{true};
};

}  // namespace roost::net
