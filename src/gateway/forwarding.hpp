// What a gateway changes in the messages it passes on (RFC 9110 section 7.6): headers that concern a
// connection end here, and the API is told whom the request came from. No I/O.
#pragma once

#include "http/client_request.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace roost::gateway {

// A request as it goes on to the API. Made in place, for `outgoing` has views of the rest.
struct Forwarded {
    // `host` is the API's, for the Host header. `request` and `host` outlive this.
    Forwarded(const http::Request& request, std::string_view host);
    Forwarded(const Forwarded&) = delete;
    Forwarded& operator=(const Forwarded&) = delete;

    std::string target;  // in origin form
    http::ClientRequest outgoing;
};

// An answer of the API as it goes on to the client. `to` is the request's method: the length of an answer to
// HEAD is only in its headers.
void strip_answer(http::Response& response, http::Method to);

// The request asks to switch to a WebSocket, a connection that cannot be passed on as messages.
bool is_websocket(const http::Request& request) noexcept;

}  // namespace roost::gateway
