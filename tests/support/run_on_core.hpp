// Tasks started on a core from the test's own thread, any number at once, with their outcomes brought back.
#pragma once

#include "support/on_core.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace roost::test {

// Longer than anything takes that does not hang.
template <class T>
T outcome_of(std::future<T>& future) {
    if (future.wait_for(std::chrono::seconds(60)) != std::future_status::ready)
        throw std::runtime_error("a task did not come to its end");
    return future.get();
}

class OneCore {
public:
    [[nodiscard]] net::Cores& cores() noexcept { return cores_.all(); }

    // `f`, called on the core, gives a task; its outcome comes here.
    template <class F>
    auto run(F f) {
        auto future = start(std::move(f));
        return outcome_of(future);
    }
    template <class F>
    auto start(F f) {
        return std::move(start_all(1, [f = std::move(f)](std::size_t) mutable { return f(); }).front());
    }
    // Starts the tasks f(0), f(1) … f(count - 1) in one turn of the loop.
    template <class F>
    auto start_all(std::size_t count, F f) {
        using T = typename Value<std::invoke_result_t<F&, std::size_t>>::type;
        std::vector<std::shared_ptr<std::promise<T>>> promises;
        std::vector<std::future<T>> futures;
        for (std::size_t i = 0; i < count; ++i) {
            promises.push_back(std::make_shared<std::promise<T>>());
            futures.push_back(promises.back()->get_future());
        }
        cores_[0].post([f = std::move(f), promises = std::move(promises)]() mutable {
            for (std::size_t i = 0; i < promises.size(); ++i)
                spawn(keep(f(i), promises[i]), [promise = promises[i]](const std::exception_ptr& exception) {
                    promise->set_exception(exception);
                });
        });
        return futures;
    }

    // Calls `f` on the core and waits for its return.
    template <class F>
    auto call(F f) {
        using T = std::invoke_result_t<F&>;
        if constexpr (std::is_void_v<T>) {
            cores_.call(f);
        } else {
            std::optional<T> value;
            cores_.call([&] { value.emplace(f()); });
            return std::move(*value);
        }
    }
    // Asks on the core until the answer is yes.
    void until(const std::function<bool()>& is_so) { cores_.wait_until(is_so); }

private:
    template <class T>
    struct Value {};
    template <class T>
    struct Value<Task<T>> {
        using type = T;
    };

    template <class T>
    static Task<void> keep(Task<T> task, std::shared_ptr<std::promise<T>> promise) {
        if constexpr (std::is_void_v<T>) {
            co_await task;
            promise->set_value();
        } else {
            promise->set_value(co_await task);
        }
    }

    RunningCores cores_;
};

// A T that is made and destroyed on the core.
template <class T>
class OnCore {
public:
    template <class... Args>
    explicit OnCore(OneCore& core, Args&&... args) : core_(core) {
        core_.call([&] { object_ = std::make_unique<T>(std::forward<Args>(args)...); });
    }
    ~OnCore() { destroy(); }
    OnCore(const OnCore&) = delete;
    OnCore& operator=(const OnCore&) = delete;

    void destroy() {
        core_.call([&] { object_.reset(); });
    }
    [[nodiscard]] T& operator*() noexcept { return *object_; }
    [[nodiscard]] T* operator->() noexcept { return object_.get(); }

private:
    OneCore& core_;
    std::unique_ptr<T> object_;
};

}  // namespace roost::test
