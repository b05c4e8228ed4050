// UniqueFunction<R(Args...)>: a std::function for callables that cannot be copied (C++23 calls it
// std::move_only_function). Owns its callable on the heap.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace roost {

template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
public:
    UniqueFunction() = default;
    template <class F>
        requires(!std::is_same_v<std::decay_t<F>, UniqueFunction>)
    UniqueFunction(F&& f)  // NOLINT: implicit, as std::function is
        : callable_(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(f))) {}

    R operator()(Args... args) { return callable_->call(std::forward<Args>(args)...); }
    explicit operator bool() const noexcept { return callable_ != nullptr; }

private:
    struct Callable {
        virtual ~Callable() = default;
        virtual R call(Args... args) = 0;
    };
    template <class F>
    struct Holder final : Callable {
        explicit Holder(F&& f) : function(std::move(f)) {}
        explicit Holder(const F& f) : function(f) {}
        R call(Args... args) override { return function(std::forward<Args>(args)...); }
        F function;
    };
    std::unique_ptr<Callable> callable_;
};

}  // namespace roost
