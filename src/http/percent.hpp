// Percent-encoding (RFC 3986 section 2.1), decoded once and strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::http {

enum class Plus { literal, is_space };

// Nothing when an escape is not two hexadecimal digits, or what comes out holds NUL or is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

}  // namespace roost::http
