// A wait that can be cut short.
#pragma once

#include "net/timer.hpp"

#include <chrono>
#include <coroutine>
#include <utility>

namespace roost::messages {

// One coroutine at a time, on the core where the pause lives. Whoever owns both the pause and what the
// coroutine uses cuts it before it goes away.
class Pause {
public:
    struct Wait {
        Pause& pause;
        std::chrono::milliseconds time;

        bool await_ready() const noexcept { return pause.is_cut_; }
        void await_suspend(std::coroutine_handle<> caller) const {
            pause.caller_ = caller;
            pause.timer_.start(time, [&pause = pause] { pause.end(); });
        }
        void await_resume() const noexcept {}
    };
    [[nodiscard]] Wait wait(std::chrono::milliseconds time) { return {*this, time}; }

    // Ends the wait under way, and every later one at once.
    void cut() {
        is_cut_ = true;
        end();
    }
    [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

private:
    void end() {
        if (auto caller = std::exchange(caller_, nullptr)) caller.resume();
    }

    net::Timer timer_;
    std::coroutine_handle<> caller_;
    bool is_cut_ = false;
};

}  // namespace roost::messages
