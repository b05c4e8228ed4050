#include "http/origins.hpp"

#include "http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace roost::http {
namespace {

// What stands behind "://"; empty when that is missing or followed by more than a host and a port.
std::string_view host_of(std::string_view origin) {
    const auto mark = origin.find("://");
    if (mark == std::string_view::npos || mark == 0) return {};
    const auto host = origin.substr(mark + 3);
    return host.find_first_of("/?#@, *") == std::string_view::npos ? host : std::string_view{};
}

}  // namespace

AllowedOrigins::AllowedOrigins(std::vector<std::string> origins) : origins_(std::move(origins)) {
    for (const auto& origin : origins_)
        if (host_of(origin).empty())
            throw std::invalid_argument(
                fmt::format("'{}' is not an origin such as https://chat.example.com", origin));
}

bool AllowedOrigins::lists(std::string_view origin) const noexcept {
    return std::ranges::any_of(origins_,
                               [origin](const auto& known) { return equals_ignoring_case(known, origin); });
}

bool AllowedOrigins::lists_or_is_own(std::string_view origin, std::string_view host) const noexcept {
    const auto own = host_of(origin);
    return (!own.empty() && equals_ignoring_case(own, host)) || lists(origin);
}

}  // namespace roost::http
