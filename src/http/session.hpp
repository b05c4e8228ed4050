// One HTTP connection, from its first byte to its close or to its upgrade: a coroutine that reads, parses,
// asks the handler, writes. Pipelined requests are answered one at a time, in order. Whatever is no HTTP gets
// a problem document and a closed connection.
#pragma once

#include "core/task.hpp"
#include "http/handler.hpp"
#include "http/limits.hpp"
#include "http/peer.hpp"
#include "http/sessions.hpp"
#include "net/socket.hpp"

#include <memory>

namespace roost::http {

// Runs on the socket's core until the connection has ended or was handed over. `handler`, `sessions` (of this
// core), `limits` and `proxies` outlive the task. Ends without exception, whatever the client does.
Task<void> serve(std::unique_ptr<net::Socket> socket, Handler& handler, Sessions& sessions,
                 const Limits& limits, const TrustedProxies& proxies);

}  // namespace roost::http
