// The outside of every role: the ports that tiers are reached at, their HTTP connections, and the order in
// which all of it stops.
#pragma once

#include "cli/runtime.hpp"
#include "cli/settings.hpp"
#include "cli/tier.hpp"
#include "http/limits.hpp"
#include "http/peer.hpp"
#include "http/sessions.hpp"
#include "net/listener.hpp"
#include "net/per_core.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace roost::cli {

// Made and destroyed by the main thread.
class Server {
public:
    struct Port {
        std::uint16_t number;
        Tier& tier;
    };

    // Listens when this returns. `runtime` and the tiers outlive it. `drain_delay`: how long it goes on when
    // it is to stop, not ready any more. Throws std::runtime_error with a text for the operator.
    Server(Runtime& runtime, const Settings& settings, const std::vector<Port>& ports,
           std::chrono::seconds drain_delay);
    // Closes the gate and waits for the delay; then stops accepting, answers what is under way, and ends
    // within seconds.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

private:
    void accept(int descriptor, std::string peer, http::Handler& handler);
    [[nodiscard]] bool is_quiet();
    [[nodiscard]] bool have_requests_ended();

    Runtime& runtime_;
    std::vector<Port> ports_;
    http::Limits limits_;
    http::TrustedProxies proxies_;
    std::chrono::seconds drain_delay_;
    std::chrono::seconds drain_time_;
    net::PerCore<http::Sessions> sessions_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
};

// "http://127.0.0.1:3000", for people.
std::string url_of(const std::string& host, std::uint16_t port);

}  // namespace roost::cli
