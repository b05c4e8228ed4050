#include "auth/login_attempts.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace roost::auth {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::seconds;

constexpr auto ann = "ann@example.com";
constexpr auto home = "203.0.113.9";

struct Fixture {
    // How long an attempt must wait; 0 when it was admitted.
    Seconds attempt(std::string_view email = ann, std::string_view address = home) {
        return attempts.admit(email, address, now).value_or(0s);
    }
    // Fails as often as said, each time as soon as it may.
    void fail(int times, std::string_view email = ann, std::string_view address = home) {
        while (times > 0) {
            const auto wait = attempt(email, address);
            now += wait;
            if (wait == 0s) --times;
        }
    }

    LoginAttempts attempts;
    Clock::time_point now = Clock::time_point() + 24h;
};

std::string address_of(int number) {
    return fmt::format("198.51.{}.{}", number / 256, number % 256);
}

}  // namespace

TEST_CASE(
    "five failures of an account from an address are free, then the time doubles up to a quarter of an "
    "hour") {
    Fixture f;
    for (int i = 0; i < 5; ++i) CHECK(f.attempt() == 0s);
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s}) {
        CHECK(f.attempt() == expected);
        CHECK(f.attempt() == expected);
        f.now += expected - 1ms;
        CHECK(f.attempt() == 1s);
        f.now += 1ms;
        CHECK(f.attempt() == 0s);
    }
    f.fail(20);
    CHECK(f.attempt() == 900s);
}

TEST_CASE("the pair begins anew when the password was right") {
    Fixture f;
    f.fail(7);
    CHECK(f.attempt() == 4s);
    f.now += 4s;
    CHECK(f.attempt() == 0s);
    f.attempts.succeeded(ann, home);
    for (int i = 0; i < 5; ++i) CHECK(f.attempt() == 0s);
    CHECK(f.attempt() == 1s);
}

TEST_CASE("an attempt counts while its password is being checked, so that many at once get no more tries") {
    Fixture f;
    int admitted = 0;
    for (int i = 0; i < 100; ++i) admitted += f.attempt() == 0s ? 1 : 0;
    CHECK(admitted == 5);
}

TEST_CASE("an attempt that came to nothing does not count") {
    Fixture f;
    for (int i = 0; i < 1'000; ++i) {
        REQUIRE(f.attempt() == 0s);
        f.attempts.withdrawn(ann, home);
    }
}

TEST_CASE("who logs in all the time is never made to wait") {
    Fixture f;
    for (int i = 0; i < 1'000; ++i) {
        REQUIRE(f.attempt() == 0s);
        f.attempts.succeeded(ann, home);
    }
}

TEST_CASE("another account and another address are not the pair's matter") {
    Fixture f;
    f.fail(10);
    CHECK(f.attempt() > 0s);
    CHECK(f.attempt("bob@example.com", home) == 0s);
    CHECK(f.attempt(ann, "203.0.113.10") == 0s);
}

TEST_CASE("an address fails fifty times for free, with whatever accounts; others go on") {
    Fixture f;
    for (int i = 0; i < 50; ++i) CHECK(f.attempt(fmt::format("user{}@example.com", i)) == 0s);
    CHECK(f.attempt("other@example.com") == 1s);
    CHECK(f.attempt("other@example.com", "203.0.113.10") == 0s);
    for (int i = 0; i < 20; ++i) f.fail(1, fmt::format("more{}@example.com", i));
    // One is forgiven each minute, so that the wait settles there.
    const auto wait = f.attempt("other@example.com");
    CHECK(wait > 30s);
    CHECK(wait < 200s);
    // A success of one of them neither lets the address off nor keeps the others out anew.
    f.now += wait;
    CHECK(f.attempt("user1@example.com") == 0s);
    f.attempts.succeeded("user1@example.com", home);
    CHECK(f.attempt("other@example.com") == 0s);
    CHECK(f.attempt("other@example.com") > 30s);
}

TEST_CASE(
    "an account fails a hundred times for free from anywhere, then nobody is kept out for over a minute") {
    Fixture f;
    for (int i = 0; i < 100; ++i) CHECK(f.attempt(ann, address_of(i)) == 0s);
    CHECK(f.attempt(ann, home) == 1s);
    for (int i = 0; i < 50; ++i) f.fail(1, ann, address_of(200 + i));
    CHECK(f.attempt(ann, home) == 60s);
    CHECK(f.attempt("bob@example.com", home) == 0s);
}

TEST_CASE("failures are forgiven as time passes, one by one") {
    Fixture f;
    f.fail(5);
    f.now += 15min;
    CHECK(f.attempt() == 0s);
    CHECK(f.attempt() == 1s);
    f.now += 10 * 15min;
    for (int i = 0; i < 5; ++i) CHECK(f.attempt() == 0s);
    CHECK(f.attempt() == 1s);
}

TEST_CASE("an IPv6 site is one address, and an IPv4 address in IPv6's form is itself") {
    Fixture f;
    for (int i = 0; i < 5; ++i) CHECK(f.attempt(ann, fmt::format("2001:db8:1:2:{}::1", i)) == 0s);
    CHECK(f.attempt(ann, "2001:db8:1:2:ffff::9") == 1s);
    CHECK(f.attempt(ann, "2001:db8:1:3::1") == 0s);
    for (int i = 0; i < 5; ++i) CHECK(f.attempt(ann, "::ffff:203.0.113.9") == 0s);
    CHECK(f.attempt(ann, "203.0.113.9") == 1s);
    CHECK(f.attempt(ann, "::ffff:203.0.113.10") == 0s);
}

TEST_CASE("what is no address at all counts as it is") {
    Fixture f;
    for (int i = 0; i < 5; ++i) CHECK(f.attempt(ann, "") == 0s);
    CHECK(f.attempt(ann, "") == 1s);
    CHECK(f.attempt(ann, "unix") == 0s);
}

TEST_CASE("the least recent failures are forgotten when there are too many, the recent ones are not") {
    LoginAttempts attempts(100);
    const Clock::time_point now{24h};
    for (int i = 0; i < 5; ++i) CHECK_FALSE(attempts.admit(ann, home, now).has_value());
    for (int i = 0; i < 40; ++i)
        CHECK_FALSE(attempts.admit(fmt::format("{}@example.com", i), address_of(i), now).has_value());
    CHECK(attempts.admit(ann, home, now).has_value());
    for (int i = 0; i < 200; ++i)
        CHECK_FALSE(attempts.admit(fmt::format("{}@example.com", i), address_of(i), now).has_value());
    CHECK_FALSE(attempts.admit(ann, home, now).has_value());
}

}  // namespace roost::auth
