#include "gateway/security_headers.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace roost::gateway {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> strictest{{
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
}};

}  // namespace

void add_security_headers(http::Headers& headers) {
    for (const auto& [name, value] : strictest)
        if (!headers.find(name)) headers.add(name, value);
}

}  // namespace roost::gateway
