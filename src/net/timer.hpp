// A single deadline on the current core.
#pragma once

#include "core/task.hpp"
#include "core/unique_function.hpp"

#include <chrono>
#include <memory>

namespace roost::net {

// Lives on the core where it was made. Starting it again forgets the earlier deadline; destroying it cancels.
class Timer {
public:
    Timer();
    ~Timer();
    Timer(Timer&&) noexcept;

    void start(std::chrono::milliseconds after, UniqueFunction<void()> on_expired);
    void cancel();

private:
    struct State;
    std::shared_ptr<State> state_;
};

// Suspends the caller; resumes it on this core.
Task<void> sleep_for(std::chrono::milliseconds time);

}  // namespace roost::net
