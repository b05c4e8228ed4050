// The deadline of a connection's socket, set again and again: mostly not exactly, because setting one costs
// as much as parsing a head.
#pragma once

#include "core/clock.hpp"
#include "net/socket.hpp"

#include <chrono>

namespace roost::http {

class Deadline {
public:
    // `socket` outlives it.
    explicit Deadline(net::Socket& socket) : socket_(socket) {}

    void after(std::chrono::milliseconds time);
    // Need not be exact: what is set already stays if it ends a little earlier, or within three times the
    // time.
    void about(std::chrono::milliseconds time);

private:
    net::Socket& socket_;
    Clock::time_point deadline_{};
};

}  // namespace roost::http
