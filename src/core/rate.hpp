// A limit on how often something may happen: so many a second in the long run, and so many at once (a token
// bucket). What was used drains away with time; it is all there is to keep.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>

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

struct Used {
    float events = 0;
    RateTime at_ms = 0;
};

// What is left of it by now.
inline Used drained(Used used, Rate rate, RateTime now_ms) noexcept {
    const auto elapsed_s = static_cast<float>(now_ms - used.at_ms) / 1000.0F;
    return {std::max(0.0F, used.events - static_cast<float>(rate.per_second) * elapsed_s), now_ms};
}

inline bool has_room(Used used, Rate rate) noexcept {
    return used.events + 1.0F <= static_cast<float>(rate.burst);
}

}  // namespace detail

// One user's of a limit, on one core.
class RateUse {
public:
    explicit RateUse(RateTime now_ms) noexcept : used_{0, now_ms} {}

    // True, and counted, when there is room for one more.
    bool take(Rate rate, RateTime now_ms) noexcept {
        if (rate.is_unlimited()) return true;
        used_ = detail::drained(used_, rate, now_ms);
        if (!detail::has_room(used_, rate)) return false;
        used_.events += 1.0F;
        return true;
    }

private:
    detail::Used used_;
};

// The same, shared by all cores. Lock-free.
class SharedRateUse {
public:
    explicit SharedRateUse(RateTime now_ms) noexcept : used_(pack({0, now_ms})) {}

    bool take(Rate rate, RateTime now_ms) noexcept {
        if (rate.is_unlimited()) return true;
        auto before = used_.load(std::memory_order_relaxed);
        while (true) {
            auto used = unpack(before);
            // Another core may have looked at its clock a little later.
            if (static_cast<std::int32_t>(now_ms - used.at_ms) > 0)
                used = detail::drained(used, rate, now_ms);
            if (!detail::has_room(used, rate)) return false;
            used.events += 1.0F;
            if (used_.compare_exchange_weak(before, pack(used), std::memory_order_relaxed)) return true;
        }
    }

private:
    static std::uint64_t pack(detail::Used used) noexcept {
        return std::uint64_t{std::bit_cast<std::uint32_t>(used.events)} << 32U | used.at_ms;
    }
    static detail::Used unpack(std::uint64_t bits) noexcept {
        return {std::bit_cast<float>(static_cast<std::uint32_t>(bits >> 32U)), static_cast<RateTime>(bits)};
    }

    std::atomic<std::uint64_t> used_;
};

}  // namespace roost
