// The measured part of a run: between warm-up and end.
#pragma once

#include "bench/report.hpp"
#include "bench/usage.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace roost::bench {

struct MeasuredTime {
    double warmup_s = 1;
    double seconds = 5;
    std::vector<pid_t> servers;  // whose processor time and memory are counted
};

// Takes the servers' and its own processor time at both ends.
class Measurement {
public:
    explicit Measurement(std::vector<pid_t> servers) : servers_(std::move(servers)) {}

    // Throws std::runtime_error when a server's process is gone.
    void begin();
    void end();

    // A far future before the measurement begins: nothing is later.
    [[nodiscard]] std::int64_t began_ns() const noexcept { return began_ns_; }
    [[nodiscard]] bool is_running() const noexcept { return is_running_; }
    [[nodiscard]] double seconds() const noexcept { return seconds_; }
    [[nodiscard]] bool has_servers() const noexcept { return !servers_.empty(); }
    [[nodiscard]] const Usage& before() const noexcept { return before_; }
    [[nodiscard]] const Usage& after() const noexcept { return after_; }
    [[nodiscard]] double server_cpu_seconds() const noexcept {
        return after_.cpu_seconds - before_.cpu_seconds;
    }

    // Time, the servers' use, and how busy the load generator's own core was, with a warning when too busy.
    void report(Report& report) const;

private:
    std::vector<pid_t> servers_;
    Usage before_;
    Usage after_;
    std::int64_t began_ns_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t own_cpu_ns_ = 0;
    double seconds_ = 0;
    double own_share_ = 0;
    bool is_running_ = false;
};

}  // namespace roost::bench
