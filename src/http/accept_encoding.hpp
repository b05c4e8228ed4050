// Which codings a client takes (RFC 9110 section 12.5.3).
#pragma once

#include "http/message.hpp"

namespace roost::http {

// Whether the Accept-Encoding headers allow gzip; without any they do not.
bool accepts_gzip(const Headers& headers);

}  // namespace roost::http
