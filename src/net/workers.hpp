// Threads for what blocks or computes for long (password hashing, file reads), so that no loop waits for it.
#pragma once

#include "core/task.hpp"
#include "core/unique_function.hpp"
#include "net/core.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace roost::net {

class Workers {
public:
    // At most `queue_limit` pieces of work wait.
    Workers(unsigned threads, std::size_t queue_limit);
    ~Workers();

    // False when the queue is full or closed: then `work` was not taken.
    bool submit(UniqueFunction<void()> work, UniqueFunction<void()> dropped = {});
    // Begins no more work: what waits is dropped, each piece told so on this thread. What is under way goes
    // on.
    void close();

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Runs `f` on a worker and gives its result back on this core; nothing when too much waits already, or when
// the workers are closed before its turn. An exception of `f` is thrown here.
template <class F>
auto run_on(Workers& workers, F f) -> Task<std::optional<std::invoke_result_t<F&>>> {
    struct Job {
        Workers& workers;
        F& function;
        Core& origin = Core::current();
        std::optional<std::invoke_result_t<F&>> value{};
        std::exception_ptr exception{};

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> caller) {
            return workers.submit(
                [this, caller] {
                    try {
                        value.emplace(function());
                    } catch (...) {
                        exception = std::current_exception();
                    }
                    origin.post([caller] { caller.resume(); });
                },
                [this, caller] { origin.post([caller] { caller.resume(); }); });
        }
        std::optional<std::invoke_result_t<F&>> await_resume() {
            if (exception) std::rethrow_exception(exception);
            return std::move(value);
        }
    };
    Job job{workers, f};
    co_return co_await job;
}

}  // namespace roost::net
