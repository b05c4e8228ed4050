// Responses as bytes.
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>

namespace roost::http {

struct WriteOptions {
    bool head_only = false;  // the answer to HEAD: Content-Length says what GET would send
    bool keep_alive = true;  // false: "Connection: close"
    unsigned version = 11;   // of the request; keep-alive is spoken out for 10
    std::string_view request_id;
};

// Status line, Date (of this second, cached per core), Content-Type, Content-Length, Connection,
// X-Request-Id, the response's own headers. Gives the body that goes behind: the response's, or none. 1xx,
// 204 and 304 have neither body nor Content-Length. A header's value loses CR, LF and NUL, its place taken by
// a space; a header without a proper name is left out.
[[nodiscard]] std::string_view append_head(std::string& out, const Response& response,
                                           const WriteOptions& options);

}  // namespace roost::http
