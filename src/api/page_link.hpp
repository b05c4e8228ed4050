// The Link header (RFC 8288) of a page of a list.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::api {

// `</path?q=…&limit=…&after=…>; rel="next"`.
std::string next_link(std::string_view path, const std::optional<std::string>& q, std::int64_t limit,
                      std::string_view after);

}  // namespace roost::api
