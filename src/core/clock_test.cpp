#include "core/clock.hpp"

#include <doctest/doctest.h>

namespace roost {
namespace {

std::string at(std::int64_t unix_s, std::int64_t us = 0) {
    return Timestamp{unix_s * 1'000'000 + us}.rfc3339();
}

}  // namespace

TEST_CASE("a time is written in UTC with six digits of a second") {
    CHECK(Timestamp{}.rfc3339() == "1970-01-01T00:00:00.000000Z");
    CHECK(Timestamp{1}.rfc3339() == "1970-01-01T00:00:00.000001Z");
    CHECK(at(1'769'847'330, 1) == "2026-01-31T08:15:30.000001Z");
    CHECK(at(1'769'847'330, 999'999) == "2026-01-31T08:15:30.999999Z");
    CHECK(at(1'769'847'330, 1'000'000) == "2026-01-31T08:15:31.000000Z");
    CHECK(at(1'769'847'330, 120'000) == "2026-01-31T08:15:30.120000Z");
}

TEST_CASE("leap days are where the calendar has them") {
    CHECK(at(951'782'399) == "2000-02-28T23:59:59.000000Z");
    CHECK(at(951'782'400) == "2000-02-29T00:00:00.000000Z");
    CHECK(at(1'709'164'800) == "2024-02-29T00:00:00.000000Z");
    CHECK(at(1'709'251'200) == "2024-03-01T00:00:00.000000Z");
    CHECK(at(1'740'787'200) == "2025-03-01T00:00:00.000000Z");  // the day after 28 February
    CHECK(at(4'107'542'400) == "2100-03-01T00:00:00.000000Z");
    CHECK(at(4'107'542'399) == "2100-02-28T23:59:59.000000Z");
    CHECK(at(253'402'300'799, 999'999) == "9999-12-31T23:59:59.999999Z");
}

TEST_CASE("times are compared and moved by microseconds") {
    const Timestamp time{1'000'000};
    CHECK(time + std::chrono::microseconds(1) == Timestamp{1'000'001});
    CHECK(time + std::chrono::hours(1) == Timestamp{3'601'000'000});
    CHECK(time < Timestamp{1'000'001});
    CHECK(Timestamp{1'999'999}.unix_s() == 1);
}

TEST_CASE("now is after this was written and does not stand still") {
    const auto first = Timestamp::now();
    CHECK(first > Timestamp{1'750'000'000'000'000});
    auto later = first;
    while (later == first) later = Timestamp::now();
    CHECK(later > first);
}

}  // namespace roost
