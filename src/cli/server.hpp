// The server of `roost serve`: gateway and API in one process. Put together here, taken apart in order.
#pragma once

#include "api/api.hpp"
#include "cli/settings.hpp"
#include "gateway/gateway.hpp"
#include "http/limits.hpp"
#include "http/origins.hpp"
#include "http/sessions.hpp"
#include "net/core.hpp"
#include "net/listener.hpp"
#include "net/per_core.hpp"
#include "net/workers.hpp"
#include "ws/connections.hpp"

#include <string>

namespace roost::cli {

// Made and destroyed by the main thread.
class Server {
public:
    // Listens when this returns. Throws std::runtime_error with a text for the operator.
    Server(const Settings& settings, const std::string& conninfo, const std::string& jwt_secret);
    // Stops accepting, answers what is under way, closes sockets with 1012, and ends within seconds.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

private:
    struct Running {  // first to be destroyed: ends the loops' work before its parts go
        Server& server;
        ~Running() { server.stop(); }
    };
    void accept(int descriptor, std::string peer, http::Handler& handler);
    void stop();
    [[nodiscard]] bool is_quiet();

    net::Cores cores_;
    struct Loops {
        explicit Loops(net::Cores& all) : cores(all) { cores.start(); }
        ~Loops() { cores.stop(); }
        net::Cores& cores;
    } loops_;
    net::Workers workers_;
    http::AllowedOrigins origins_;
    auth::AccessTokens access_tokens_;
    accounts::PasswordHashing hashing_;
    http::Limits http_limits_;
    net::PerCore<pubsub::Hub> hubs_;
    net::PerCore<messages::LogWriter> writers_;
    api::Services::Shared shared_;
    net::PerCore<api::Services> services_;
    net::PerCore<ws::Connections> connections_;
    net::PerCore<http::Sessions> sessions_;
    api::Api api_;
    gateway::InProcess upstream_;
    gateway::Gateway gateway_;
    net::Listener api_listener_;
    net::Listener gateway_listener_;
    Running running_;
};

}  // namespace roost::cli
