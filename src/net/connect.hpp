// Outgoing TCP connections.
#pragma once

#include "net/endpoint.hpp"
#include "net/socket.hpp"

#include <memory>

namespace roost::net {

// Begins to connect, with TCP_NODELAY. Set a deadline and await Socket::connected() before anything else;
// abort() and the deadline end that wait. Null when the system refuses at once: no route, no descriptor left.
std::unique_ptr<Socket> connect(const Endpoint& endpoint);

}  // namespace roost::net
