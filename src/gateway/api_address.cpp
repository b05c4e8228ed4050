#include "gateway/api_address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace roost::gateway {
namespace {

constexpr std::string_view scheme = "http://";

bool read_port(std::string_view text, std::uint16_t& port) {
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, port);
    return error == std::errc{} && rest == end && port != 0;
}

}  // namespace

ApiAddress::ApiAddress(std::string_view url) {
    const auto rest = url.substr(std::min(url.size(), scheme.size()));
    const auto colon = rest.rfind(':');
    bool is_good = url.starts_with(scheme) && colon != std::string_view::npos && colon > 0 &&
                   read_port(rest.substr(colon + 1), port);
    auto name = rest.substr(0, colon);
    const bool is_v6 = name.starts_with('[') && name.ends_with(']');
    if (is_v6) name = name.substr(1, name.size() - 2);
    // Of a name or an IPv4 address; those of IPv6 are not looked at closer, a name server knows none.
    is_good = is_good && (is_v6 || name.find_first_of(":/?#@[] \t\r\n") == std::string_view::npos);
    if (!is_good)
        throw std::invalid_argument(
            fmt::format("the address of the API must be http://host:port, and not {}", url));
    authority = rest;
    host = name;
}

}  // namespace roost::gateway
