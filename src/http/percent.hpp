// Percent-encoding (RFC 3986 section 2.1), decoded once and strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::http {

enum class Plus { literal, is_space };

// Nothing when an escape is not two hexadecimal digits, or what comes out holds NUL or is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

// For a query's key or value: everything but RFC 3986's unreserved characters is escaped.
std::string percent_encode(std::string_view text);

}  // namespace roost::http
