// The WebSocket transport of channels: from the upgrade request to a Socket with its connection
// (protocol.md, "Handshake").
#pragma once

#include "channels/socket.hpp"
#include "http/message.hpp"
#include "http/nested_query.hpp"
#include "http/origins.hpp"
#include "net/per_core.hpp"
#include "ws/connections.hpp"
#include "ws/deflate_agreement.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <optional>
#include <string>

namespace roost::channels {

// What a client says when it connects.
struct ConnectRequest {
    http::NestedQuery params;
    std::optional<std::string> token;  // of the bearer subprotocol, else of the parameter `token`
    std::string peer;                  // the client's address
    Format format;                     // for the socket
};

// Decides who may connect; an application's.
class Connector {
public:
    // On the connection's core. A problem refuses the client: rate_limited with 429, any other with 403.
    virtual Task<Result<boost::intrusive_ptr<Socket>>> connect(ConnectRequest request) = 0;

protected:
    ~Connector() = default;
};

enum class Compression : bool { off, on };

class WebSocketTransport {
public:
    // All outlive the transport. `compression`: whether permessage-deflate is agreed on with who offers it.
    WebSocketTransport(net::PerCore<ws::Connections>& connections, Connector& connector,
                       const http::AllowedOrigins& origins, Compression compression)
        : connections_(connections), connector_(connector), origins_(origins), compression_(compression) {}

    // Answers any request to the transport's path: 101 with the upgrade, 403 without a body for a refusal,
    // 400 with a sentence for what is no WebSocket handshake.
    Task<http::Response> handle(const http::Request& request);

private:
    [[nodiscard]] std::optional<ws::DeflateAgreement> agreed_deflate(const http::Headers& headers) const;

    net::PerCore<ws::Connections>& connections_;
    Connector& connector_;
    const http::AllowedOrigins& origins_;
    Compression compression_;
};

}  // namespace roost::channels
