// What processes use: processor time and memory, as the system says.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace roost::bench {

struct Usage {
    double cpu_seconds = 0;            // user and system, all threads, without children's
    std::uint64_t resident_bytes = 0;  // VmRSS: with the pages of files it has mapped
    std::uint64_t own_bytes = 0;       // RssAnon: what it allocated

    // Of all these processes together. Throws std::runtime_error when one is not there.
    static Usage of(const std::vector<pid_t>& processes);
};

// Processor time of this process, in nanoseconds.
std::int64_t own_cpu_ns();

// Nanoseconds of a clock that never goes back; the same as a timerfd's CLOCK_MONOTONIC.
std::int64_t now_ns();

// Raises the number of files this process may have open as far as it goes, and throws std::runtime_error with
// a sentence when it is not enough for `connections`.
void allow_connections(std::uint64_t connections);

}  // namespace roost::bench
