// Task<T>: a lazy coroutine with one awaiter.
//
// Nothing runs until the task is awaited or spawned; then it runs on the thread of whoever resumes it (a
// core's loop). It owns its frame: destroying a Task that was not awaited destroys the frame. An exception
// that leaves the body is thrown from `co_await`. Tasks know nothing of Asio or of cores; what suspends them
// (a socket, a query, a hop to another core) resumes them on the core where they were suspended.
#pragma once

#include "core/frame_pool.hpp"

#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace roost {

template <class T>
class Task;

namespace detail {

struct TaskPromiseBase : PooledFrame {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr exception;

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
            return handle.promise().continuation;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
    std::optional<T> value;

    Task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (exception) std::rethrow_exception(exception);
        return std::move(*value);
    }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const {
        if (exception) std::rethrow_exception(exception);
    }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
public:
    using promise_type = detail::TaskPromise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    struct Awaiter {
        Handle handle;
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) const noexcept {
            handle.promise().continuation = awaiting;
            return handle;
        }
        T await_resume() const { return handle.promise().take(); }
    };
    Awaiter operator co_await() const noexcept { return Awaiter{handle_}; }

private:
    Handle handle_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
    return Task<T>{std::coroutine_handle<TaskPromise>::from_promise(*this)};
}

inline Task<void> TaskPromise<void>::get_return_object() noexcept {
    return Task<void>{std::coroutine_handle<TaskPromise>::from_promise(*this)};
}

// A coroutine that runs at once and destroys itself at its end.
struct Detached {
    struct promise_type : PooledFrame {
        Detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { std::terminate(); }
    };
};

}  // namespace detail

// Starts the task now, on this thread, and lets it run to its end unattended. `on_exception` gets what leaves
// the task; it must not throw.
template <class OnException>
detail::Detached spawn(Task<void> task, OnException on_exception) {
    try {
        co_await task;
    } catch (...) {
        on_exception(std::current_exception());
    }
}

// A task that runs from now on and is awaited later, by one awaiter, before this is destroyed.
template <class T>
class Started {
public:
    explicit Started(Task<T> task) {
        spawn(run(std::move(task)), [this](const std::exception_ptr& failure) { finish(failure); });
    }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;
    ~Started() = default;

    bool await_ready() const noexcept { return is_done_; }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept { awaiting_ = awaiting; }
    T await_resume() {
        if (failure_) std::rethrow_exception(failure_);
        return std::move(*value_);
    }

private:
    Task<void> run(Task<T> task) {
        value_.emplace(co_await task);
        finish(nullptr);
    }
    void finish(const std::exception_ptr& failure) {
        failure_ = failure;
        is_done_ = true;
        if (awaiting_) std::exchange(awaiting_, nullptr).resume();
    }

    std::optional<T> value_;
    std::exception_ptr failure_;
    std::coroutine_handle<> awaiting_;
    bool is_done_ = false;
};

}  // namespace roost
