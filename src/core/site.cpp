#include "core/site.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

namespace roost {

std::string site_of(std::string_view address) {
    constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    std::array<char, sizeof(in6_addr)> bytes{};
    std::string text(address);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
        const std::string_view all(bytes.data(), bytes.size());
        return std::string(all.starts_with(mapped) ? all.substr(mapped.size()) : all.substr(0, 8));
    }
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in_addr)};
    return text;
}

}  // namespace roost
