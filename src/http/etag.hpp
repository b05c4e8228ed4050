// Entity tags (RFC 9110 sections 8.8.3 and 13.1.2).
#pragma once

#include "http/message.hpp"

#include <string_view>

namespace roost::http {

// Whether If-None-Match names this tag, or any: then the client has what it asks for. The comparison is weak,
// so that a "W/" says nothing.
bool has_already(const Headers& headers, std::string_view etag);

}  // namespace roost::http
