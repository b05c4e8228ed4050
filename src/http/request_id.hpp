// The id that an answer, its problem document and the log lines of one request share.
#pragma once

#include "http/message.hpp"

#include <string>

namespace roost::http {

// 16 hexadecimal digits; unguessable ones are not promised.
std::string make_request_id();

// The client's X-Request-Id if it is 1 to 64 of [A-Za-z0-9_-], else one of ours.
std::string request_id_of(const Headers& headers);

}  // namespace roost::http
