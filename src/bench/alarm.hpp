// A timer that is right to some microseconds, for open loops: net::Timer counts milliseconds.
#pragma once

#include "net/poller.hpp"

#include <cstdint>
#include <functional>

namespace roost::bench {

// Lives on the core where it was made, in its epoll set.
class Alarm final : public net::Watcher {
public:
    explicit Alarm(std::function<void()> on_time);
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    // Calls back once at `time_ns` of now_ns(), or at once when that has passed; forgets what was set before.
    void set(std::int64_t time_ns);

private:
    void on_ready(net::Readiness readiness) override;

    std::function<void()> on_time_;
    int descriptor_;
};

}  // namespace roost::bench
