#include "bench/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace roost::bench {

Url Url::parse(std::string_view text, std::string_view scheme) {
    const auto fail = [&](std::string_view what) {
        throw std::runtime_error(fmt::format("the URL {}: such as {}://127.0.0.1:4000/path", what, scheme));
    };
    if (!text.starts_with(scheme) || !text.substr(scheme.size()).starts_with("://"))
        fail(fmt::format("does not begin with {}://", scheme));
    text.remove_prefix(scheme.size() + 3);
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F && c != '#'; }))
        fail("has a space, a fragment or a character outside of ASCII");
    Url url;
    const auto slash = std::min(text.find_first_of("/?"), text.size());
    auto authority = text.substr(0, slash);
    url.target = text.substr(slash);
    if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
    if (authority.find('@') != std::string_view::npos) fail("has a user");
    const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) fail("has a bracket that does not close");
    const auto colon = std::min(authority.find(':', bracket), authority.size());
    url.host = bracket > 0 ? authority.substr(1, bracket - 1) : authority.substr(0, colon);
    if (url.host.empty()) fail("has no host");
    if (colon < authority.size()) {
        const auto port = authority.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (error != std::errc() || end != port.data() + port.size() || url.port == 0)
            fail("has a port that is none");
    }
    return url;
}

std::string Url::authority() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view plain = "-._~";
    std::string out;
    for (const char c : text) {
        const bool is_alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_alphanumeric || plain.find(c) != std::string_view::npos) out += c;
        else out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return out;
}

}  // namespace roost::bench
