// For tests of what lives on cores: running cores, and the test's body as a task on one of them. Every wait
// is for a condition and fails the test after ten seconds.
#pragma once

#include "core/clock.hpp"
#include "core/task.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"
#include "net/timer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

namespace roost::test {

inline constexpr std::chrono::seconds patience{10};

// Cores that run from here to its end. Used by the test's own thread.
class RunningCores {
public:
    explicit RunningCores(unsigned count = 1) : cores_(count) { cores_.start(); }

    [[nodiscard]] net::Cores& all() noexcept { return cores_; }
    [[nodiscard]] net::Core& operator[](unsigned index) noexcept { return cores_[index]; }

    // Runs the task on a core to its end; what leaves it (a REQUIRE, too) is thrown here.
    void run(std::function<Task<void>()> body, unsigned core = 0) {
        auto done = std::make_shared<std::promise<void>>();
        auto future = done->get_future();
        cores_[core].post([body = std::move(body), done]() mutable {
            spawn(finish(std::move(body), std::move(done)), [](const std::exception_ptr&) {});
        });
        REQUIRE_MESSAGE(future.wait_for(patience) == std::future_status::ready, "the task does not end");
        future.get();
    }
    // Runs a function on a core and waits.
    void call(const std::function<void()>& f, unsigned core = 0) { net::run_blocking(cores_[core], f); }
    // Asks on a core until it is so.
    void wait_until(const std::function<bool()>& is_so, unsigned core = 0) {
        const auto deadline = Clock::now() + patience;
        bool so = false;
        while (!so) {
            REQUIRE_MESSAGE(Clock::now() < deadline, "it does not come about");
            call([&] { so = is_so(); }, core);
            std::this_thread::yield();
        }
    }

private:
    static Task<void> finish(std::function<Task<void>()> body, std::shared_ptr<std::promise<void>> done) {
        try {
            co_await body();
            done->set_value();
        } catch (...) {
            done->set_exception(std::current_exception());
        }
    }

    net::Cores cores_;
};

// On a core: suspends until it is so.
inline Task<void> eventually(std::function<bool()> is_so) {
    const auto deadline = Clock::now() + patience;
    while (!is_so()) {
        if (Clock::now() > deadline) throw std::runtime_error("it does not come about");
        co_await net::sleep_for(std::chrono::milliseconds(1));
    }
}

// Suspends for a turn of the core's loop: what was posted before has run.
struct NextTurn {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const {
        net::Core::current().post([caller] { caller.resume(); });
    }
    void await_resume() const noexcept {}
};

}  // namespace roost::test
