// What tells a browser to do no more with an answer than it must (fetch.spec.whatwg.org, W3C CSP3): a text of
// the API is data, whatever somebody wrote into it.
#pragma once

#include "http/message.hpp"

namespace roost::gateway {

// Adds each header that the answer does not have; a page says itself what it may load.
void add_security_headers(http::Headers& headers);

}  // namespace roost::gateway
