#include "bench/usage.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

namespace roost::bench {

TEST_CASE("a process's time and memory grow with what it does") {
    const std::vector<pid_t> self{::getpid()};
    const auto before = Usage::of(self);
    constexpr std::size_t bytes = 32U << 20U;
    std::vector<char> memory(bytes, 'x');
    const auto begun = own_cpu_ns();
    while (own_cpu_ns() - begun < 100'000'000) memory[static_cast<std::size_t>(begun) % bytes] += 1;
    const auto after = Usage::of(self);
    CHECK(after.cpu_seconds - before.cpu_seconds >= 0.08);
    CHECK(after.own_bytes - before.own_bytes >= bytes / 2);
    CHECK(after.resident_bytes - before.resident_bytes >= bytes / 2);
    CHECK(after.resident_bytes > after.own_bytes);
}

TEST_CASE("several processes are summed") {
    const auto one = Usage::of({::getpid()});
    const auto two = Usage::of({::getpid(), ::getpid()});
    CHECK(two.own_bytes > one.own_bytes * 3 / 2);
}

TEST_CASE("a process that is not there is told of") {
    CHECK_THROWS_WITH_AS(Usage::of({999'999'999}), "there is no process 999999999", std::runtime_error);
}

TEST_CASE("more connections than files may be open are refused before the first") {
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK_NOTHROW(allow_connections(10));
    CHECK_THROWS_AS(allow_connections(limit.rlim_max), std::runtime_error);
}

}  // namespace roost::bench
