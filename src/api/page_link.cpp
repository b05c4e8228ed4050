#include "api/page_link.hpp"

#include "http/percent.hpp"

#include <fmt/format.h>

namespace roost::api {

std::string next_link(std::string_view path, const std::optional<std::string>& q, std::int64_t limit,
                      std::string_view after) {
    const auto search = q ? fmt::format("q={}&", http::percent_encode(*q)) : std::string();
    return fmt::format(R"(<{}?{}limit={}&after={}>; rel="next")", path, search, limit, after);
}

}  // namespace roost::api
