// A limit on how often something may happen: so many a second in the long run, and so many at once (a token
// bucket). What was used drains away with time; it is all there is to keep.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <utility>

namespace roost {

struct Rate {
    unsigned per_second = 0;  // 0: no limit
    unsigned burst = 1;       // at once, after a pause; at least 1

    [[nodiscard]] bool is_unlimited() const noexcept { return per_second == 0; }
};

// Milliseconds of a clock that never goes back; they may wrap around.
using RateTime = std::uint32_t;
// Now, to a few milliseconds: reading this clock costs next to nothing.
RateTime rate_time() noexcept;

namespace detail {

// What is left of `used` when it has drained for so long.
inline float drained(float used, Rate rate, RateTime elapsed_ms) noexcept {
    const auto elapsed_s = static_cast<float>(elapsed_ms) / 1000.0F;
    return std::max(0.0F, used - static_cast<float>(rate.per_second) * elapsed_s);
}

inline bool has_room(float used, unsigned cost, unsigned most) noexcept {
    return used + static_cast<float>(cost) <= static_cast<float>(most);
}

}  // namespace detail

// One user's of a limit, on one core.
class RateUse {
public:
    explicit RateUse(RateTime now_ms) noexcept : at_ms_(now_ms) {}

    // True, and counted, when there is room for one more; or for one that counts as `cost`, which is never
    // more than a whole burst.
    bool take(Rate rate, RateTime now_ms, unsigned cost = 1) noexcept {
        if (rate.is_unlimited()) return true;
        drain(rate, now_ms);
        cost = std::min(cost, rate.burst);
        if (!detail::has_room(used_, cost, rate.burst)) return false;
        used_ += static_cast<float>(cost);
        return true;
    }
    // Counts one that was refused. False when there were `most` already. They drain at this rate, so that who
    // waits when refused never comes there; `rate` is one that drains.
    bool refuse(Rate rate, RateTime now_ms, unsigned most, unsigned cost = 1) noexcept {
        drain(rate, now_ms);
        if (!detail::has_room(refused_, std::min(cost, rate.burst), most)) return false;
        refused_ += static_cast<float>(std::min(cost, rate.burst));
        return true;
    }

private:
    void drain(Rate rate, RateTime now_ms) noexcept {
        const auto elapsed_ms = now_ms - std::exchange(at_ms_, now_ms);
        used_ = detail::drained(used_, rate, elapsed_ms);
        refused_ = detail::drained(refused_, rate, elapsed_ms);
    }

    float used_ = 0;
    float refused_ = 0;
    RateTime at_ms_;
};

// The same, shared by all cores. Lock-free.
class SharedRateUse {
public:
    explicit SharedRateUse(RateTime now_ms) noexcept : used_(pack({0, now_ms})) {}

    bool take(Rate rate, RateTime now_ms, unsigned cost = 1) noexcept {
        if (rate.is_unlimited()) return true;
        cost = std::min(cost, rate.burst);
        auto before = used_.load(std::memory_order_relaxed);
        while (true) {
            auto [used, at_ms] = unpack(before);
            // Another core may have looked at its clock a little later.
            const auto elapsed_ms = now_ms - at_ms;
            if (static_cast<std::int32_t>(elapsed_ms) > 0) {
                used = detail::drained(used, rate, elapsed_ms);
                at_ms = now_ms;
            }
            if (!detail::has_room(used, cost, rate.burst)) return false;
            const auto after = pack({used + static_cast<float>(cost), at_ms});
            if (used_.compare_exchange_weak(before, after, std::memory_order_relaxed)) return true;
        }
    }
    // Nothing of it is used any more: it may be forgotten.
    [[nodiscard]] bool has_drained(Rate rate, RateTime now_ms) const noexcept {
        const auto [used, at_ms] = unpack(used_.load(std::memory_order_relaxed));
        return detail::drained(used, rate, now_ms - at_ms) == 0.0F;
    }

private:
    struct Used {
        float events = 0;
        RateTime at_ms = 0;
    };
    static std::uint64_t pack(Used used) noexcept {
        return std::uint64_t{std::bit_cast<std::uint32_t>(used.events)} << 32U | used.at_ms;
    }
    static Used unpack(std::uint64_t bits) noexcept {
        return {std::bit_cast<float>(static_cast<std::uint32_t>(bits >> 32U)), static_cast<RateTime>(bits)};
    }

    std::atomic<std::uint64_t> used_;
};

}  // namespace roost
