// One change for all cores: what each has of its own is told of it there.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"

namespace roost::net {

namespace detail {
template <class T, class F>
Task<None> called(T& object, const F& f) {
    f(object);
    co_return None{};
}
}  // namespace detail

// Calls `f(object)` with each core's object, on its core. When this returns, all have been called.
template <class T, class F>
Task<void> on_every_core(Cores& cores, PerCore<T>& objects, F f) {
    for (unsigned i = 0; i < cores.size(); ++i) {
        auto call = [&object = objects[i], &f] { return detail::called(object, f); };
        co_await call_on(cores[i], std::move(call));
    }
}

}  // namespace roost::net
