// A tier as the server sees it that listens for it and stops it.
#pragma once

#include "http/handler.hpp"

namespace roost::cli {

// Made and destroyed by the main thread, longer there than the server.
class Tier {
public:
    virtual ~Tier() = default;

    // Answers the requests of the tier's port, on every core.
    [[nodiscard]] virtual http::Handler& handler() noexcept = 0;

    // While the server stops, each of these is called on every core, in this order. Accepting has ended, and
    // HTTP connections drain by themselves.

    // Tells connections that would last to go.
    virtual void drain(unsigned /*core*/) {}
    // They have gone.
    [[nodiscard]] virtual bool is_quiet(unsigned /*core*/) { return true; }
    // Fails whatever still waits for somebody else: the database, an upstream.
    virtual void close(unsigned /*core*/) {}

protected:
    Tier() = default;
    Tier(const Tier&) = default;
    Tier& operator=(const Tier&) = default;
};

}  // namespace roost::cli
