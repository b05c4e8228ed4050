#include "net/timer.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <string>

namespace roost::net {
namespace {

using namespace std::chrono_literals;

// Until a timer that is started now, and expires after `time`, has expired: any other that was to expire
// before had its turn.
Task<void> outlast(std::chrono::milliseconds time) {
    bool expired = false;
    Timer timer;
    timer.start(time, [&expired] { expired = true; });
    auto is_so = [&expired] { return expired; };
    co_await test::eventually(is_so);
}

Task<void> expires_once() {
    int count = 0;
    const auto start = Clock::now();
    Timer timer;
    timer.start(5ms, [&count] { ++count; });
    CHECK(count == 0);
    auto is_so = [&count] { return count > 0; };
    co_await test::eventually(is_so);
    CHECK(Clock::now() - start >= 5ms);
    co_await outlast(10ms);
    CHECK(count == 1);
}

Task<void> started_again() {
    std::string expired;
    Timer timer;
    timer.start(1ms, [&expired] { expired += "first"; });
    timer.start(3ms, [&expired] { expired += "second"; });
    co_await outlast(10ms);
    CHECK(expired == "second");
}

Task<void> cancelled() {
    bool expired = false;
    const auto counted = std::make_shared<int>();
    Timer timer;
    timer.start(1ms, [&expired, counted] { expired = true; });
    timer.cancel();
    timer.cancel();
    CHECK(counted.use_count() == 1);
    co_await outlast(5ms);
    CHECK_FALSE(expired);
    timer.start(1ms, [&expired] { expired = true; });
    co_await outlast(5ms);
    CHECK(expired);
}

// Its turn has come and its handler is queued already when it is cancelled.
Task<void> cancelled_in_the_turn_it_expires() {
    int expired = 0;
    Timer first;
    Timer second;
    const auto both = [&expired, &first, &second] {
        ++expired;
        first.cancel();
        second.cancel();
    };
    first.start(1ms, both);
    second.start(1ms, both);
    const auto until = Clock::now() + 3ms;
    while (Clock::now() < until) continue;  // the loop finds both expired
    co_await outlast(1ms);
    CHECK(expired == 1);
}

Task<void> destroyed() {
    bool expired = false;
    {
        Timer timer;
        timer.start(1ms, [&expired] { expired = true; });
    }
    co_await outlast(5ms);
    CHECK_FALSE(expired);
}

Task<void> started_from_its_own_expiry() {
    int count = 0;
    Timer timer;
    std::function<void()> again = [&count, &timer, &again] {
        if (++count < 3) timer.start(1ms, [&again] { again(); });
    };
    timer.start(1ms, [&again] { again(); });
    auto is_so = [&count] { return count == 3; };
    co_await test::eventually(is_so);
}

Task<void> destroyed_from_its_own_expiry() {
    bool expired = false;
    auto timer = std::make_unique<Timer>();
    timer->start(1ms, [&timer, &expired] {
        timer.reset();
        expired = true;
    });
    auto is_so = [&expired] { return expired; };
    co_await test::eventually(is_so);
    CHECK(timer == nullptr);
}

Task<void> moved() {
    bool expired = false;
    Timer first;
    first.start(1ms, [&expired] { expired = true; });
    const Timer second = std::move(first);
    auto is_so = [&expired] { return expired; };
    co_await test::eventually(is_so);
}

Task<void> slept() {
    const auto& core = Core::current();
    const auto start = Clock::now();
    co_await sleep_for(3ms);
    CHECK(Clock::now() - start >= 3ms);
    CHECK(&Core::current() == &core);
}

void on_core(Task<void> (*body)()) {
    test::RunningCores cores;
    cores.run(body);
}

}  // namespace

TEST_CASE("a timer expires once, not before its time") {
    on_core(expires_once);
}

TEST_CASE("a timer that is started again forgets its earlier deadline") {
    on_core(started_again);
}

TEST_CASE("a cancelled timer does not expire, lets its callback go, and can be started again") {
    on_core(cancelled);
}

TEST_CASE("a timer that is cancelled when its expiry is queued already does not expire") {
    on_core(cancelled_in_the_turn_it_expires);
}

TEST_CASE("a timer that is destroyed before its time does not expire") {
    on_core(destroyed);
}

TEST_CASE("a timer can be started again, or destroyed, by its own expiry") {
    on_core(started_from_its_own_expiry);
    on_core(destroyed_from_its_own_expiry);
}

TEST_CASE("a moved timer expires where it was moved to") {
    on_core(moved);
}

TEST_CASE("a task that sleeps goes on on its core after the time") {
    on_core(slept);
}

}  // namespace roost::net
