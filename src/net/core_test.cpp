#include "net/core.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

namespace roost::net {
namespace {

using test::RunningCores;

Task<unsigned> where_it_runs() {
    co_return Core::current().index();
}

Task<int> throwing() {
    throw std::runtime_error("over there");
    co_return 0;
}

Task<std::unique_ptr<std::string>> moved_only() {
    co_return std::make_unique<std::string>("moved");
}

// Waits a few turns on the target before it answers.
Task<unsigned> after_some_turns() {
    test::NextTurn turn;
    for (int i = 0; i < 3; ++i) co_await turn;
    co_return Core::current().index();
}

Task<void> call_and_come_back(Core& target) {
    const auto origin = Core::current().index();
    const auto there = co_await call_on(target, where_it_runs);
    CHECK(there == target.index());
    CHECK(Core::current().index() == origin);
    const auto late = co_await call_on(target, after_some_turns);
    CHECK(late == target.index());
    CHECK(Core::current().index() == origin);
    const auto text = co_await call_on(target, moved_only);
    CHECK(*text == "moved");
    CHECK(Core::current().index() == origin);
}

Task<void> call_what_throws(Core& target, std::string& caught) {
    const auto origin = Core::current().index();
    try {
        co_await call_on(target, throwing);
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    CHECK(Core::current().index() == origin);
}

// There and back again, through the core that asked.
Task<unsigned> bounce(Core& target, unsigned hops) {
    if (hops == 0) co_return Core::current().index();
    auto& here = Core::current();
    auto next = [&here, hops] { return bounce(here, hops - 1); };
    co_return co_await call_on(target, next);
}

Task<void> call_here(bool& later_turn) {
    auto& here = Core::current();
    here.post([&later_turn] { later_turn = true; });
    const auto index = co_await call_on(here, where_it_runs);
    CHECK(index == here.index());
    CHECK_FALSE(later_turn);
}

Task<void> ask_often(Core& target, int times) {
    for (int i = 0; i < times; ++i) {
        const auto there = co_await call_on(target, where_it_runs);
        REQUIRE(there == target.index());
    }
}

}  // namespace

TEST_CASE("what one thread posts runs on the core in the order of the posts") {
    RunningCores cores;
    std::vector<int> order;
    for (int i = 0; i < 1000; ++i) cores[0].post([&order, i] { order.push_back(i); });
    cores.call([] {});
    REQUIRE(order.size() == 1000);
    CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("what a core posts to itself runs in a later turn, in order") {
    RunningCores cores;
    std::vector<int> order;
    cores.call([&] {
        for (int i = 1; i <= 3; ++i) Core::current().post([&order, i] { order.push_back(i); });
        order.push_back(0);
    });
    cores.wait_until([&] { return order.size() == 4; });
    CHECK(order == std::vector{0, 1, 2, 3});
}

TEST_CASE("each core has a thread of its own, which knows its core") {
    RunningCores cores(3);
    std::set<std::thread::id> threads;
    for (unsigned i = 0; i < 3; ++i)
        cores.call(
            [&, i] {
                CHECK(&Core::current() == &cores[i]);
                CHECK(Core::current().index() == i);
                threads.insert(std::this_thread::get_id());
            },
            i);
    CHECK(threads.size() == 3);
    CHECK_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST_CASE("a call on another core runs there and comes back here with its value") {
    RunningCores cores(2);
    cores.run([&] { return call_and_come_back(cores[1]); });
    cores.run([&] { return call_and_come_back(cores[0]); }, 1);
}

TEST_CASE("a call on the core it is made on runs at once") {
    RunningCores cores;
    bool later_turn = false;
    cores.run([&] { return call_here(later_turn); });
    cores.wait_until([&] { return later_turn; });
}

TEST_CASE("an exception crosses from the core that was called, and on the own core") {
    RunningCores cores(2);
    for (unsigned target = 0; target < 2; ++target) {
        std::string caught;
        cores.run([&] { return call_what_throws(cores[target], caught); });
        CHECK(caught == "over there");
    }
}

TEST_CASE("calls nest through several cores") {
    RunningCores cores(2);
    constexpr auto body = [](Core& target) -> Task<void> {
        const auto end = co_await bounce(target, 5);
        CHECK(end == target.index());
        CHECK(Core::current().index() != target.index());
    };
    cores.run([&] { return body(cores[1]); });
}

TEST_CASE("calls of two cores on each other do not wait for each other") {
    RunningCores cores(2);
    std::atomic<int> done = 0;
    constexpr auto body = [](Core& target, std::atomic<int>& count) -> Task<void> {
        co_await ask_often(target, 2000);
        ++count;
    };
    cores[1].post([&] { spawn(body(cores[0], done), [](const std::exception_ptr&) {}); });
    cores.run([&] { return body(cores[1], done); });
    cores.wait_until([&] { return done == 2; });
}

TEST_CASE("a key has one home for the life of the process, on one of two cores") {
    RunningCores cores(3);
    std::set<unsigned> homes;
    for (int i = 0; i < 100; ++i) {
        const auto key = "room-" + std::to_string(i);
        auto& home = cores.all().home_of(key);
        CHECK(&home == &cores.all().home_of(std::string(key)));
        homes.insert(home.index());
    }
    CHECK(homes == std::set{0U, 1U});
    RunningCores one;
    CHECK(one.all().home_of("anything").index() == 0);
}

TEST_CASE("what was posted and not yet run is dropped and freed when the cores stop") {
    const auto counted = std::make_shared<int>();
    {
        Cores cores(1);
        cores[0].post([counted] { FAIL("the cores never ran"); });
        CHECK(counted.use_count() == 2);
    }
    CHECK(counted.use_count() == 1);
}

TEST_CASE("an exception of a function run on a core is thrown where it waits") {
    RunningCores cores;
    CHECK_THROWS_AS(run_blocking(cores[0], [] { throw std::runtime_error("no"); }), std::runtime_error);
}

}  // namespace roost::net
