#include "core/rate.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace roost {
namespace {

constexpr Rate ten_a_second{.per_second = 10, .burst = 3};

template <class Use>
int taken(Use& use, Rate rate, RateTime now_ms, int attempts) {
    int count = 0;
    for (int i = 0; i < attempts; ++i) count += use.take(rate, now_ms) ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE_TEMPLATE("after a pause a burst has room, and then what the rate gives", Use, RateUse,
                   SharedRateUse) {
    Use use(1000);
    CHECK(taken(use, ten_a_second, 1000, 5) == 3);
    CHECK(taken(use, ten_a_second, 1099, 5) == 0);
    CHECK(taken(use, ten_a_second, 1100, 5) == 1);
    CHECK(taken(use, ten_a_second, 1300, 5) == 2);
    CHECK(taken(use, ten_a_second, 60'000, 5) == 3);
}

TEST_CASE_TEMPLATE("time between is not lost, however often it is asked", Use, RateUse, SharedRateUse) {
    Use use(0);
    int count = 0;
    for (RateTime now = 0; now < 10'000; ++now) count += use.take(ten_a_second, now) ? 1 : 0;
    CHECK(count >= 102);
    CHECK(count <= 103);
}

TEST_CASE_TEMPLATE("the clock may wrap around", Use, RateUse, SharedRateUse) {
    constexpr RateTime late = ~RateTime{0} - 50;
    Use use(late);
    CHECK(taken(use, ten_a_second, late, 5) == 3);
    CHECK(taken(use, ten_a_second, late + 100, 5) == 1);
}

TEST_CASE_TEMPLATE("no rate is no limit", Use, RateUse, SharedRateUse) {
    Use use(0);
    CHECK(taken(use, Rate{}, 0, 1000) == 1000);
}

TEST_CASE("refusals are counted apart, and drain as well") {
    RateUse use(0);
    CHECK(taken(use, ten_a_second, 0, 3) == 3);
    int refused = 0;
    while (refused < 100 && use.refuse(ten_a_second, 0, 5)) ++refused;
    CHECK(refused == 5);
    CHECK_FALSE(use.take(ten_a_second, 0));
    CHECK(use.refuse(ten_a_second, 100, 5));
    CHECK_FALSE(use.refuse(ten_a_second, 100, 5));
    CHECK(use.take(ten_a_second, 100));
}

TEST_CASE_TEMPLATE("what counts as several takes as much room, and never more than a burst", Use, RateUse,
                   SharedRateUse) {
    Use use(0);
    CHECK(use.take(ten_a_second, 0, 2));
    CHECK_FALSE(use.take(ten_a_second, 0, 2));
    CHECK(use.take(ten_a_second, 0));
    CHECK(use.take(ten_a_second, 300, 1000));
    CHECK_FALSE(use.take(ten_a_second, 300));
}

TEST_CASE("a shared use has drained when nothing of it is left") {
    SharedRateUse use(0);
    CHECK(use.has_drained(ten_a_second, 0));
    CHECK(use.take(ten_a_second, 0, 3));
    CHECK_FALSE(use.has_drained(ten_a_second, 299));
    CHECK(use.has_drained(ten_a_second, 300));
}

TEST_CASE("cores that share a limit have no more than one together") {
    SharedRateUse use(0);
    constexpr Rate rate{.per_second = 1, .burst = 1000};
    std::atomic<int> count = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { count += taken(use, rate, 0, 1000); });
    for (auto& thread : threads) thread.join();
    CHECK(count == 1000);
}

}  // namespace roost
