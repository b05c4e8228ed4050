#include "auth/login_guard.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

namespace roost::auth {
namespace {

constexpr auto ann = "ann@example.com";
constexpr auto home = "203.0.113.9";

Task<void> attempt(LoginGuard& guard, int& admitted, std::chrono::seconds& wait) {
    const auto result = co_await guard.admit(ann, home);
    if (result) ++admitted;
    else wait = result.error().retry_after();
    if (!result) CHECK(result.error().errc() == Errc::rate_limited);
}

}  // namespace

TEST_CASE("failures on all cores are counted together, and who must wait is told how long") {
    test::RunningCores cores(2);
    LoginGuard guard(cores[0]);
    int admitted = 0;
    std::chrono::seconds wait{0};
    for (unsigned i = 0; i < 10; ++i) cores.run([&] { return attempt(guard, admitted, wait); }, i % 2);
    CHECK(admitted == 5);
    CHECK(wait == std::chrono::seconds(1));
}

TEST_CASE("a success and a withdrawal are heard from any core") {
    test::RunningCores cores(2);
    LoginGuard guard(cores[0]);
    int admitted = 0;
    std::chrono::seconds wait{0};
    for (int i = 0; i < 10; ++i) {
        cores.run([&] { return attempt(guard, admitted, wait); }, 1);
        cores.run([&] { return guard.withdrawn(ann, home); }, 1);
    }
    for (int i = 0; i < 10; ++i) {
        cores.run([&] { return attempt(guard, admitted, wait); }, 1);
        cores.run([&] { return guard.succeeded(ann, home); }, 1);
    }
    CHECK(admitted == 20);
}

}  // namespace roost::auth
