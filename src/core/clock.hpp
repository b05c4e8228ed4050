// Time as the contract has it: UTC, microseconds, RFC 3339.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>

namespace roost {

// Microseconds since 1970-01-01T00:00:00Z.
class Timestamp {
public:
    constexpr Timestamp() = default;
    constexpr explicit Timestamp(std::int64_t unix_us) : unix_us_(unix_us) {}

    static Timestamp now();

    [[nodiscard]] constexpr std::int64_t unix_us() const noexcept { return unix_us_; }
    [[nodiscard]] constexpr std::int64_t unix_s() const noexcept { return unix_us_ / 1'000'000; }
    // "2026-01-31T08:15:30.000001Z"; years 0000 to 9999.
    [[nodiscard]] std::string rfc3339() const;

    auto operator<=>(const Timestamp&) const = default;
    friend constexpr Timestamp operator+(Timestamp t, std::chrono::microseconds d) {
        return Timestamp{t.unix_us_ + d.count()};
    }

private:
    std::int64_t unix_us_ = 0;
};

// For deadlines; never goes back.
using Clock = std::chrono::steady_clock;

}  // namespace roost
