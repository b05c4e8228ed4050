// Where the API of a separate gateway is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roost::gateway {

struct ApiAddress {
    // `url` is "http://host:port", the host a name, an IPv4 address or an IPv6 address in brackets. Throws
    // std::invalid_argument with a sentence otherwise.
    explicit ApiAddress(std::string_view url);

    std::string authority;  // "host:port", for the Host header
    std::string host;       // without brackets
    std::uint16_t port = 0;
};

}  // namespace roost::gateway
