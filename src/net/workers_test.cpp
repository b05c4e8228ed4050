#include "net/workers.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <string>

namespace roost::net {
namespace {

using test::RunningCores;

// Holds a worker until the test lets it go.
struct Barrier {
    std::promise<void> reached;
    std::promise<void> open;
    void pass() {
        reached.set_value();
        open.get_future().wait();
    }
};

Task<void> get_a_result(Workers& workers) {
    const auto& core = Core::current();
    const auto loop_thread = std::this_thread::get_id();
    auto work = [loop_thread] {
        CHECK(std::this_thread::get_id() != loop_thread);
        return std::make_unique<std::string>("worked");
    };
    const auto result = co_await run_on(workers, std::move(work));
    REQUIRE(result.has_value());
    CHECK(**result == "worked");
    CHECK(&Core::current() == &core);
    CHECK(std::this_thread::get_id() == loop_thread);
}

Task<void> get_an_exception(Workers& workers, std::string& caught) {
    auto work = []() -> int { throw std::runtime_error("could not"); };
    try {
        co_await run_on(workers, work);
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
}

Task<void> be_refused(Workers& workers, bool& ran) {
    auto work = [&ran] { return ran = true; };
    const auto result = co_await run_on(workers, work);
    CHECK_FALSE(result.has_value());
}

Task<void> get_a_number(Workers& workers, int number, int& sum) {
    auto work = [number] { return number; };
    const auto result = co_await run_on(workers, work);
    if (result) sum += *result;
}

Task<void> ask_for_a_number(Workers& workers, std::optional<bool>& has_result) {
    auto work = [] { return 1; };
    const auto result = co_await run_on(workers, work);
    has_result = result.has_value();
}

void fail_the_test(const std::exception_ptr&) {
    FAIL("the task threw");
}

}  // namespace

TEST_CASE("work runs on a worker's thread and its result comes back to the core") {
    RunningCores cores;
    Workers workers(1, 8);
    cores.run([&] { return get_a_result(workers); });
}

TEST_CASE("an exception of the work is thrown on the core that waits, and the worker goes on") {
    RunningCores cores;
    Workers workers(1, 8);
    std::string caught;
    cores.run([&] { return get_an_exception(workers, caught); });
    CHECK(caught == "could not");
    cores.run([&] { return get_a_result(workers); });
}

TEST_CASE("work beyond the queue's limit is refused at once and not run") {
    RunningCores cores;
    Barrier barrier;
    bool ran = false;
    {
        Workers workers(1, 2);
        REQUIRE(workers.submit([&] { barrier.pass(); }));
        barrier.reached.get_future().wait();
        REQUIRE(workers.submit([] {}));
        REQUIRE(workers.submit([] {}));
        CHECK_FALSE(workers.submit([&] { ran = true; }));
        cores.run([&] { return be_refused(workers, ran); });
        barrier.open.set_value();
        // Room again, once the queue is worked off.
        std::promise<void> done;
        while (!workers.submit([&] { done.set_value(); })) std::this_thread::yield();
        done.get_future().wait();
    }
    CHECK_FALSE(ran);
}

TEST_CASE("several workers work at the same time") {
    Barrier first;
    Barrier second;
    Workers workers(2, 8);
    REQUIRE(workers.submit([&] { first.pass(); }));
    REQUIRE(workers.submit([&] { second.pass(); }));
    first.reached.get_future().wait();
    second.reached.get_future().wait();
    first.open.set_value();
    second.open.set_value();
}

TEST_CASE("every piece of work is done once, from many tasks") {
    RunningCores cores;
    Workers workers(2, 1000);
    int sum = 0;
    cores.call([&] {
        for (int i = 1; i <= 1000; ++i) spawn(get_a_number(workers, i, sum), fail_the_test);
    });
    cores.wait_until([&] { return sum == 500'500; });
}

TEST_CASE("workers that end wait for what runs, and let go of what waits") {
    Barrier barrier;
    const auto counted = std::make_shared<int>();
    bool ended = false;
    {
        Workers workers(1, 8);
        REQUIRE(workers.submit([&] {
            barrier.pass();
            ended = true;
        }));
        barrier.reached.get_future().wait();
        REQUIRE(workers.submit([counted] {}));
        CHECK(counted.use_count() == 2);
        barrier.open.set_value();
    }
    CHECK(ended);
    CHECK(counted.use_count() == 1);
}

TEST_CASE("workers that are closed drop what waits and say so, and take no more") {
    Barrier barrier;
    Workers workers(1, 8);
    REQUIRE(workers.submit([&] { barrier.pass(); }));
    barrier.reached.get_future().wait();
    int begun = 0, dropped = 0;
    for (int i = 0; i < 3; ++i) REQUIRE(workers.submit([&] { ++begun; }, [&] { ++dropped; }));
    workers.close();
    CHECK(dropped == 3);
    CHECK_FALSE(workers.submit([&] { ++begun; }));
    barrier.open.set_value();
    CHECK(begun == 0);
}

TEST_CASE("whoever waits for closed workers goes on without a result") {
    RunningCores cores;
    Barrier barrier;
    Workers workers(1, 8);
    REQUIRE(workers.submit([&] { barrier.pass(); }));
    barrier.reached.get_future().wait();
    std::optional<bool> has_result;
    cores.call([&] { spawn(ask_for_a_number(workers, has_result), fail_the_test); });
    workers.close();
    cores.wait_until([&] { return has_result.has_value(); });
    CHECK_FALSE(*has_result);
    barrier.open.set_value();
}

}  // namespace roost::net
