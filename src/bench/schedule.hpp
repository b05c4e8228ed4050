// When each message of an open loop is to be sent.
#pragma once

#include <cassert>
#include <cstdint>

namespace roost::bench {

// A fixed rate from a fixed beginning, whatever happens to the messages: a latency that is counted from here
// shows what a client would have waited while the server, or the load generator, was late.
class Schedule {
public:
    // `rate`: messages per second, over 0. Times are nanoseconds of one clock.
    Schedule(double rate, std::int64_t start_ns) noexcept : interval_ns_(1e9 / rate), start_ns_(start_ns) {
        assert(rate > 0);
    }

    [[nodiscard]] std::int64_t time_of(std::uint64_t message) const noexcept {
        return start_ns_ + static_cast<std::int64_t>(static_cast<double>(message) * interval_ns_);
    }
    // How many messages should have been sent by now.
    [[nodiscard]] std::uint64_t due(std::int64_t now_ns) const noexcept {
        if (now_ns < start_ns_) return 0;
        auto count = static_cast<std::uint64_t>(static_cast<double>(now_ns - start_ns_) / interval_ns_);
        while (time_of(count) <= now_ns) ++count;
        return count;
    }

private:
    double interval_ns_;
    std::int64_t start_ns_;
};

}  // namespace roost::bench
