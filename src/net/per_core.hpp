// One T for each core, made and destroyed on its own core.
#pragma once

#include "net/core.hpp"

#include <functional>
#include <future>
#include <memory>
#include <vector>

namespace roost::net {

// Runs `f` on `core` and waits. Only from a thread that is no core's.
void run_blocking(Core& core, const std::function<void()>& f);

// Made and destroyed by a thread that is no core's, while the cores run.
template <class T>
class PerCore {
public:
    using Make = std::function<std::unique_ptr<T>(Core&)>;

    PerCore(Cores& cores, const Make& make) : cores_(cores), objects_(cores.size()) {
        for (unsigned i = 0; i < cores.size(); ++i)
            run_blocking(cores[i], [&, i] { objects_[i] = make(cores[i]); });
    }
    ~PerCore() {
        for (unsigned i = 0; i < cores_.size(); ++i) run_blocking(cores_[i], [&, i] { objects_[i].reset(); });
    }
    PerCore(const PerCore&) = delete;
    PerCore& operator=(const PerCore&) = delete;

    // The current core's.
    [[nodiscard]] T& here() noexcept { return *objects_[Core::current().index()]; }
    [[nodiscard]] T& operator[](unsigned core) noexcept { return *objects_[core]; }

private:
    Cores& cores_;
    std::vector<std::unique_ptr<T>> objects_;
};

}  // namespace roost::net
