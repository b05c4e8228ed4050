#include "core/rate.hpp"

#include <ctime>

namespace roost {

RateTime rate_time() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return static_cast<RateTime>(now.tv_sec) * 1000 + static_cast<RateTime>(now.tv_nsec / 1'000'000);
}

}  // namespace roost
