#include "bench/schedule.hpp"

#include <doctest/doctest.h>

namespace roost::bench {

TEST_CASE("the first message is due at the beginning, the next an interval later") {
    const Schedule schedule(1000, 5'000'000);
    CHECK(schedule.due(4'999'999) == 0);
    CHECK(schedule.due(5'000'000) == 1);
    CHECK(schedule.due(5'999'999) == 1);
    CHECK(schedule.due(6'000'000) == 2);
    CHECK(schedule.time_of(0) == 5'000'000);
    CHECK(schedule.time_of(3) == 8'000'000);
}

TEST_CASE("a rate is kept over hours, whatever its interval") {
    const Schedule schedule(7, 0);
    constexpr std::int64_t hour_ns = 3'600'000'000'000;
    CHECK(schedule.due(hour_ns - 1) == 7 * 3600);
    CHECK(schedule.due(hour_ns) == 7 * 3600 + 1);
}

TEST_CASE("what is due and when it is due agree for every message") {
    for (const double rate : {0.5, 31.0, 15'000.0, 333'333.3}) {
        const Schedule schedule(rate, 123);
        for (std::uint64_t message = 0; message < 2000; ++message) {
            const auto time = schedule.time_of(message);
            CHECK(schedule.due(time) == message + 1);
            CHECK(schedule.due(time - 1) == message);
        }
    }
}

}  // namespace roost::bench
