#include "bench/histogram.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace roost::bench {

TEST_CASE("a histogram without entries is all zero") {
    const Histogram empty;
    CHECK(empty.count() == 0);
    CHECK(empty.max() == 0);
    CHECK(empty.mean() == 0);
    CHECK(empty.percentile(99) == 0);
}

TEST_CASE("small values are exact") {
    Histogram histogram;
    for (std::int64_t value = 1; value <= 100; ++value) histogram.record(value);
    CHECK(histogram.count() == 100);
    CHECK(histogram.percentile(50) == 50);
    CHECK(histogram.percentile(90) == 90);
    CHECK(histogram.percentile(99) == 99);
    CHECK(histogram.percentile(99.9) == 100);
    CHECK(histogram.percentile(0) == 1);
    CHECK(histogram.mean() == doctest::Approx(50.5));
    CHECK(histogram.max() == 100);
}

TEST_CASE("a percentile is never too low, and too high by the stated error at most") {
    for (std::int64_t value = 1; value > 0 && value < std::numeric_limits<std::int64_t>::max() / 3;
         value = value * 3 + 1) {
        Histogram histogram;
        histogram.record(value);
        histogram.record(std::numeric_limits<std::int64_t>::max());
        const auto median = histogram.percentile(50);
        CHECK(median >= static_cast<std::uint64_t>(value));
        CHECK(static_cast<double>(median) <= static_cast<double>(value) * (1 + Histogram::largest_error));
    }
}

TEST_CASE("neighbouring buckets meet without a hole, at every power of two") {
    for (unsigned power = 7; power < 62; ++power) {
        const auto edge = std::int64_t{1} << power;
        Histogram histogram;
        histogram.record(edge - 1);
        histogram.record(edge);
        histogram.record(std::int64_t{1} << 62U);
        CHECK(histogram.percentile(100.0 / 3) == static_cast<std::uint64_t>(edge - 1));
        CHECK(histogram.percentile(200.0 / 3) >= static_cast<std::uint64_t>(edge));
    }
}

TEST_CASE("the largest value is exact, and no percentile is above it") {
    Histogram histogram;
    histogram.record(1'000'003);
    CHECK(histogram.max() == 1'000'003);
    CHECK(histogram.percentile(50) == 1'000'003);
}

TEST_CASE("one slow entry of a thousand shows in p99.9 of more, and not in p99") {
    Histogram histogram;
    for (int i = 0; i < 998; ++i) histogram.record(1000);
    histogram.record(1'000'000);
    histogram.record(1'000'000);
    CHECK(histogram.percentile(99) < 1100);
    CHECK(histogram.percentile(99.9) == 1'000'000);
}

TEST_CASE("a negative duration counts as none") {
    Histogram histogram;
    histogram.record(-5);
    CHECK(histogram.count() == 1);
    CHECK(histogram.max() == 0);
}

}  // namespace roost::bench
