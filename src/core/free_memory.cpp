#include "core/free_memory.hpp"

#include "core/clock.hpp"
#include "core/frame_pool.hpp"

#include <atomic>
#include <chrono>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace roost {
namespace {

constexpr std::chrono::seconds least_interval{30};

}  // namespace

void give_back_free_memory() noexcept {
    static std::atomic<Clock::rep> last{Clock::time_point::min().time_since_epoch().count()};
    const auto now = Clock::now().time_since_epoch();
    auto before = last.load(std::memory_order_relaxed);
    if (before > (now - least_interval).count()) return;
    if (!last.compare_exchange_strong(before, now.count(), std::memory_order_relaxed)) return;
    frame_pool().shrink();
#if defined(__GLIBC__)
    ::malloc_trim(0);
#endif
}

}  // namespace roost
