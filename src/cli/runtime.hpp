// The threads of a server, whatever it serves: a loop for each core, and workers for what blocks.
#pragma once

#include "net/core.hpp"
#include "net/gate.hpp"
#include "net/workers.hpp"

namespace roost::cli {

// Made and destroyed by the main thread. The cores run for as long as this lives; whatever lives on them goes
// before it.
class Runtime {
public:
    explicit Runtime(unsigned core_count);

    [[nodiscard]] net::Cores& cores() noexcept { return cores_; }
    [[nodiscard]] net::Workers& workers() noexcept { return workers_; }
    [[nodiscard]] net::Gate& gate() noexcept { return gate_; }

    // Runs `f(index)` on each core, one after the other, and waits. From the main thread.
    template <class F>
    void on_every_core(F f) {
        for (unsigned i = 0; i < cores_.size(); ++i) run_on(i, [&f, i] { f(i); });
    }

private:
    void run_on(unsigned core, const std::function<void()>& f);

    net::Gate gate_;
    net::Cores cores_;
    struct Loops {
        explicit Loops(net::Cores& all) : cores(all) { cores.start(); }
        ~Loops() { cores.stop(); }
        net::Cores& cores;
    } loops_;
    net::Workers workers_;
};

}  // namespace roost::cli
