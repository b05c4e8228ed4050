// The WebSocket transport of channels: from the upgrade request to a Socket with its connection
// (protocol.md, "Handshake").
#pragma once

#include "channels/socket.hpp"
#include "http/message.hpp"
#include "http/origins.hpp"
#include "http/query.hpp"
#include "net/per_core.hpp"
#include "ws/connections.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <optional>
#include <string>

namespace roost::channels {

// What a client says when it connects.
struct ConnectRequest {
    http::Query params;
    std::optional<std::string> token;  // of the bearer subprotocol, else of the parameter `token`
};

// Decides who may connect; an application's.
class Connector {
public:
    // On the connection's core. A problem refuses the client with 403, whatever it is.
    virtual Task<Result<boost::intrusive_ptr<Socket>>> connect(ConnectRequest request) = 0;

protected:
    ~Connector() = default;
};

class WebSocketTransport {
public:
    // All outlive the transport.
    WebSocketTransport(net::PerCore<ws::Connections>& connections, Connector& connector,
                       const http::AllowedOrigins& origins)
        : connections_(connections), connector_(connector), origins_(origins) {}

    // Answers any request to the transport's path: 101 with the upgrade, 403 without a body for a refusal,
    // 400 with a sentence for what is no WebSocket handshake.
    Task<http::Response> handle(const http::Request& request);

private:
    net::PerCore<ws::Connections>& connections_;
    Connector& connector_;
    const http::AllowedOrigins& origins_;
};

}  // namespace roost::channels
