// The API as a process of its own, reached over HTTP by a client on each core.
#pragma once

#include "gateway/upstream.hpp"
#include "http/client.hpp"
#include "net/per_core.hpp"

#include <atomic>
#include <string>

namespace roost::gateway {

// One for the process; used on every core. Answers itself where the API does not: 502 when it cannot be
// reached or its answer is no HTTP, 504 when it is late, 503 when too many requests are on their way to it
// already, and 501 for a WebSocket, which clients open at the API's own port.
class HttpUpstream final : public Upstream {
public:
    // `clients` are of the API and outlive this; `host` is for the Host header.
    HttpUpstream(net::PerCore<http::Client>& clients, std::string host)
        : clients_(clients), host_(std::move(host)) {}

    Task<http::Response> forward(const http::Request& request) override;

private:
    http::Response failed(http::ClientFailure failure, const http::Request& request);

    net::PerCore<http::Client>& clients_;
    std::string host_;
    std::atomic<bool> is_reachable_{true};  // as far as the log knows
};

}  // namespace roost::gateway
