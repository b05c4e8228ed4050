// Problem documents (RFC 9457), `application/problem+json`. Their `type` is the relative reference
// "/problems/<code>": every kind has its own page there, and no host name is carved into the protocol.
// Nothing a client sent enters them.
#pragma once

#include "core/problem.hpp"
#include "http/message.hpp"
#include "http/refusal.hpp"

#include <string_view>

namespace roost::http {

// With `WWW-Authenticate` for 401 and `Retry-After` for 429 and 503.
Response problem(const Problem& problem, std::string_view request_id);

// The connection closes after it.
Response problem(const Refusal& refusal, std::string_view request_id);

}  // namespace roost::http
