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

TEST_CASE("who closes all sockets and comes back has used what was used before") {
    UserRates rates({.per_second = 1, .burst = 1000});
    const auto now = rate_time();
    CHECK(rates.of(UserId{1})->take(rates.rate(), now, 1000));
    CHECK_FALSE(rates.of(UserId{1})->take(rates.rate(), now));
    // Also when many others come in between.
    for (int i = 2; i < 5000; ++i) CHECK(rates.of(UserId{i}) != nullptr);
    CHECK_FALSE(rates.of(UserId{1})->take(rates.rate(), now));
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
                auto copy = one;
                copy->take(rates.rate(), 0);
                copy.reset();
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
    // Of IPv6 a site has so many that it could change with every connection.
    CHECK(rates.take("2001:db8:1:2::1"));
    CHECK(rates.take("2001:db8:1:2::2"));
    CHECK_FALSE(rates.take("2001:db8:1:2::3"));
}

}  // namespace roost::api
