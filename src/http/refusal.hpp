// What the server answers to bytes that are no acceptable HTTP request: constants, because nothing of the
// request may enter the answer. After each of them the connection is closed.
#pragma once

#include <string_view>

namespace roost::http {

struct Refusal {
    int status;
    std::string_view code;
    std::string_view title;
    std::string_view detail;
};

constexpr Refusal malformed(std::string_view detail) {
    return {400, "malformed_request", "Malformed request", detail};
}

namespace refusal {

inline constexpr auto request_line = malformed("The request line must be: method, target, HTTP/1.1.");
inline constexpr auto target = malformed(
    "The request target must be a path, an http URL or an asterisk, in visible ASCII without a fragment.");
inline constexpr auto line_ending =
    malformed("Lines of the head must end in CR LF, and have neither inside.");
inline constexpr auto folded_header = malformed("A header must not go on in a second line.");
inline constexpr auto header_name = malformed("A header name must be a token directly followed by a colon.");
inline constexpr auto header_value = malformed("A header value must not have control characters.");
inline constexpr auto host = malformed("Exactly one valid Host header is needed.");
inline constexpr auto content_length = malformed("There may be one Content-Length, a decimal number.");
inline constexpr auto ambiguous_length =
    malformed("Transfer-Encoding may be given once, in HTTP/1.1, without Content-Length.");
inline constexpr auto connection = malformed("The Connection header must be a list of tokens.");
inline constexpr auto chunk = malformed("The chunked body is not well-formed.");
inline constexpr Refusal timeout{408, "request_timeout", "Request timeout",
                                 "The request did not arrive in time."};
inline constexpr Refusal body_too_large{413, "body_too_large", "Body too large",
                                        "The body is larger than this server accepts."};
inline constexpr Refusal target_too_long{414, "target_too_long", "Target too long",
                                         "The request target is longer than this server accepts."};
inline constexpr Refusal expectation{417, "expectation_failed", "Expectation failed",
                                     "The only expectation known here is 100-continue."};
inline constexpr Refusal head_too_large{431, "head_too_large", "Headers too large",
                                        "The headers are larger, or more, than this server accepts."};
inline constexpr Refusal transfer_encoding{501, "not_implemented", "Not implemented",
                                           "The only transfer encoding known here is chunked."};
inline constexpr Refusal version{505, "version_not_supported", "Version not supported",
                                 "This server speaks HTTP/1.1 and HTTP/1.0."};

}  // namespace refusal
}  // namespace roost::http
