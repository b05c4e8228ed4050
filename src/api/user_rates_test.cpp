#include "api/user_rates.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace roost::api {

TEST_CASE("all sockets of a user share a rate, and others have their own") {
    UserRates rates({.per_second = 1, .burst = 2});
    const auto one = rates.of(UserId{1});
    const auto two = rates.of(UserId{1});
    const auto other = rates.of(UserId{2});
    const auto now = rate_time();
    CHECK(one->take(rates.rate(), now));
    CHECK(two->take(rates.rate(), now));
    CHECK_FALSE(one->take(rates.rate(), now));
    CHECK_FALSE(two->take(rates.rate(), now));
    CHECK(other->take(rates.rate(), now));
}

TEST_CASE("a user's rate is forgotten with the last socket, and not before") {
    UserRates rates({.per_second = 1, .burst = 1});
    const auto now = rate_time();
    auto first = rates.of(UserId{1});
    CHECK(first->take(rates.rate(), now));
    auto second = rates.of(UserId{1});
    first.reset();
    CHECK_FALSE(second->take(rates.rate(), now));
    second.reset();
    CHECK(rates.of(UserId{1})->take(rates.rate(), now));
}

TEST_CASE("without a limit nothing is kept") {
    UserRates rates({});
    CHECK(rates.of(UserId{1}) == nullptr);
    ConnectRates connects({});
    for (int i = 0; i < 1000; ++i) REQUIRE(connects.take("192.0.2.1"));
}

TEST_CASE("sockets of a user open and close on many cores at once") {
    UserRates rates({.per_second = 1, .burst = 1'000'000});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&rates] {
            for (int n = 0; n < 1000; ++n) {
                const auto one = rates.of(UserId{n % 3});
                const auto copy = one;
                one->take(rates.rate(), 0);
            }
        });
    for (auto& thread : threads) thread.join();
}

TEST_CASE("14: an address that connects too often is refused, and no other") {
    ConnectRates rates({.per_second = 1, .burst = 2});
    CHECK(rates.take("192.0.2.1"));
    CHECK(rates.take("192.0.2.1"));
    CHECK_FALSE(rates.take("192.0.2.1"));
    CHECK(rates.take("192.0.2.2"));
}

}  // namespace roost::api
