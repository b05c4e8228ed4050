#include "core/task.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace roost {
namespace {

using Notes = std::vector<std::string>;

// Writes down when a frame that holds it goes.
struct Witness {
    explicit Witness(Notes& to) : notes(to) {}
    ~Witness() { notes.emplace_back("gone"); }
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    Notes& notes;
};

// Suspends until the test resumes it.
struct Stop {
    std::coroutine_handle<>& waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const { waiting = caller; }
    void await_resume() const noexcept {}
};

Task<int> number(Notes& notes, int value) {
    const Witness witness(notes);
    notes.push_back("runs " + std::to_string(value));
    co_return value;
}

Task<int> failing(Notes& notes) {
    const Witness witness(notes);
    throw std::runtime_error("from the depth");
    co_return 0;
}

Task<int> passing_on(Task<int> task) {
    co_return co_await task;
}

Task<std::unique_ptr<int>> moved_only() {
    co_return std::make_unique<int>(7);
}

Task<void> sum(Notes& notes, int& out) {
    const int first = co_await number(notes, 1);
    const int second = co_await number(notes, 2);
    const auto third = co_await moved_only();
    out = first + second + *third;
}

Task<void> catching(Notes& notes) {
    try {
        co_await passing_on(passing_on(failing(notes)));
        notes.emplace_back("not reached");
    } catch (const std::runtime_error& error) {
        notes.emplace_back(error.what());
    }
}

Task<void> stopping(Notes& notes, std::coroutine_handle<>& waiting) {
    notes.emplace_back("begins");
    Stop stop{waiting};
    co_await stop;
    notes.emplace_back("goes on");
}

Task<void> deep(int levels) {
    if (levels > 0) co_await deep(levels - 1);
}

Task<void> in_a_row(int times, int& count) {
    Notes ignored;
    for (int i = 0; i < times; ++i) count += co_await number(ignored, 1);
}

void fail_the_test(const std::exception_ptr&) {
    FAIL("the task threw");
}

Task<int> slow(Notes& notes, std::coroutine_handle<>& waiting) {
    notes.emplace_back("begins");
    Stop stop{waiting};
    co_await stop;
    co_return 7;
}

Task<void> starting(Notes& notes, std::coroutine_handle<>& waiting) {
    Started quick(number(notes, 3));
    Started later(slow(notes, waiting));
    notes.emplace_back("both are started");
    const int value = co_await quick;
    notes.push_back("quick " + std::to_string(value));
    const int last = co_await later;
    notes.push_back("later " + std::to_string(last));
}

Task<void> starting_to_fail(Notes& notes) {
    Started task(failing(notes));
    notes.emplace_back("nothing is thrown yet");
    try {
        co_await task;
    } catch (const std::runtime_error& error) {
        notes.emplace_back(error.what());
    }
}

}  // namespace

TEST_CASE("a task runs nothing until it is awaited") {
    Notes notes;
    {
        const auto task = number(notes, 1);
    }
    CHECK(notes.empty());
}

TEST_CASE("a task that was never awaited lets its arguments go") {
    const auto counted = std::make_shared<int>(1);
    constexpr auto hold = [](std::shared_ptr<int> value) -> Task<int> { co_return *value; };
    {
        const auto task = hold(counted);
        CHECK(counted.use_count() == 2);
    }
    CHECK(counted.use_count() == 1);
}

TEST_CASE("awaited tasks run in order and give their values") {
    Notes notes;
    int out = 0;
    spawn(sum(notes, out), fail_the_test);
    CHECK(out == 10);
    CHECK(notes == Notes{"runs 1", "gone", "runs 2", "gone"});
}

TEST_CASE("an exception passes through every co_await to who catches it") {
    Notes notes;
    spawn(catching(notes), fail_the_test);
    CHECK(notes == Notes{"gone", "from the depth"});
}

TEST_CASE("an exception that leaves a spawned task is handed to the spawner") {
    Notes notes;
    std::string caught;
    constexpr auto body = [](Notes& to) -> Task<void> { co_await failing(to); };
    spawn(body(notes), [&](const std::exception_ptr& exception) {
        try {
            std::rethrow_exception(exception);
        } catch (const std::exception& error) {
            caught = error.what();
        }
    });
    CHECK(caught == "from the depth");
}

TEST_CASE("a spawned task runs at once, up to where it waits, and goes on when it is resumed") {
    Notes notes;
    std::coroutine_handle<> waiting;
    spawn(stopping(notes, waiting), fail_the_test);
    CHECK(notes == Notes{"begins"});
    waiting.resume();
    CHECK(notes == Notes{"begins", "goes on"});
}

TEST_CASE("a moved task runs once, where it was moved to") {
    Notes notes;
    auto task = number(notes, 3);
    auto other = number(notes, 4);
    other = std::move(task);
    int out = 0;
    constexpr auto body = [](Task<int> moved, int& to) -> Task<void> { to = co_await moved; };
    spawn(body(std::move(other), out), fail_the_test);
    CHECK(out == 3);
    CHECK(notes == Notes{"runs 3", "gone"});
}

TEST_CASE("a chain of awaits is as deep as the heap, not as the stack") {
    bool ended = false;
    constexpr auto body = [](bool& to) -> Task<void> {
        co_await deep(2000);
        to = true;
    };
    spawn(body(ended), fail_the_test);
    CHECK(ended);
}

TEST_CASE("tasks awaited in a long row use no stack") {
    int count = 0;
    spawn(in_a_row(20000, count), fail_the_test);
    CHECK(count == 20000);
}

TEST_CASE("a started task runs at once, and gives its value to who awaits it, before its end or after") {
    Notes notes;
    std::coroutine_handle<> waiting;
    spawn(starting(notes, waiting), [](const std::exception_ptr&) { FAIL("nothing throws"); });
    CHECK(notes == Notes{"runs 3", "gone", "begins", "both are started", "quick 3"});
    waiting.resume();
    CHECK(notes.back() == "later 7");
}

TEST_CASE("what a started task throws is thrown where it is awaited") {
    Notes notes;
    spawn(starting_to_fail(notes), [](const std::exception_ptr&) { FAIL("it is caught"); });
    CHECK(notes == Notes{"gone", "nothing is thrown yet", "from the depth"});
}

}  // namespace roost
