#include "http/origins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace roost::http {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_scheme(std::string_view text) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string_view::npos;
}

// `text` is in lower case.
bool is_host(std::string_view text) {
    if (text.starts_with('['))
        return text.size() > 2 && text.find_first_not_of("0123456789abcdef:.", 1) == text.size() - 1 &&
               text.ends_with(']');
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string_view::npos;
}

std::uint16_t usual_port(std::string_view scheme) {
    if (scheme == "http" || scheme == "ws") return 80;
    return scheme == "https" || scheme == "wss" ? 443 : 0;
}

// "host" or "host:port", in lower case. The port is 0 when it does not say.
struct Authority {
    std::string_view host;
    std::uint16_t port = 0;
};
std::optional<Authority> parse_authority(std::string_view text) {
    const auto behind_host = text.starts_with('[') ? text.find(']') : 0;
    const auto colon = behind_host == std::string_view::npos ? behind_host : text.find(':', behind_host);
    Authority authority{text.substr(0, colon)};
    if (!is_host(authority.host)) return std::nullopt;
    if (colon == std::string_view::npos) return authority;
    const auto digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), authority.port);
    const bool is_port = error == std::errc{} && end == digits.data() + digits.size() && authority.port != 0;
    return is_port ? std::optional(authority) : std::nullopt;
}

}  // namespace

std::optional<Origin> Origin::parse(std::string_view text) {
    const auto origin = lower(text);
    const auto mark = origin.find("://");
    if (mark == std::string::npos || !is_scheme(std::string_view(origin).substr(0, mark)))
        return std::nullopt;
    const auto authority = parse_authority(std::string_view(origin).substr(mark + 3));
    if (!authority) return std::nullopt;
    Origin parsed{.scheme = origin.substr(0, mark), .host = std::string(authority->host)};
    parsed.port = authority->port != 0 ? authority->port : usual_port(parsed.scheme);
    return parsed;
}

AllowedOrigins::AllowedOrigins(const std::vector<std::string>& entries) {
    for (const auto& text : entries) {
        auto entry = parse(text);
        if (!entry)
            throw std::invalid_argument(
                fmt::format("'{}' is not an origin such as https://chat.example.com", text));
        entries_.push_back(std::move(*entry));
    }
}

std::optional<AllowedOrigins::Entry> AllowedOrigins::parse(std::string_view text) {
    const auto entry = lower(text);
    const auto mark = entry.find("//");
    if (mark == std::string::npos) return std::nullopt;
    Entry parsed;
    if (mark > 0) {
        if (entry[mark - 1] != ':' || !is_scheme(std::string_view(entry).substr(0, mark - 1)))
            return std::nullopt;
        parsed.scheme = entry.substr(0, mark - 1);
    }
    auto rest = std::string_view(entry).substr(mark + 2);
    parsed.is_wildcard = rest.starts_with("*.");
    if (parsed.is_wildcard) rest.remove_prefix(2);
    const auto authority = parse_authority(rest);
    if (!authority || (parsed.is_wildcard && rest.starts_with('['))) return std::nullopt;
    parsed.host = authority->host;
    parsed.port = authority->port != 0 ? authority->port : usual_port(parsed.scheme);
    return parsed;
}

bool AllowedOrigins::lists(const Origin& origin) const {
    const auto is_for_host = [&origin](const Entry& entry) {
        if (origin.host == entry.host) return true;
        return entry.is_wildcard && origin.host.size() > entry.host.size() + 1 &&
               origin.host.ends_with(entry.host) &&
               origin.host[origin.host.size() - entry.host.size() - 1] == '.';
    };
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return (entry.scheme.empty() || entry.scheme == origin.scheme) &&
               (entry.port == 0 || entry.port == origin.port) && is_for_host(entry);
    });
}

bool AllowedOrigins::lists(std::string_view origin) const {
    const auto parsed = Origin::parse(origin);
    return parsed && lists(*parsed);
}

bool AllowedOrigins::lists_or_is_own(std::string_view origin, std::string_view host) const {
    const auto parsed = Origin::parse(origin);
    if (!parsed) return false;
    const auto own = lower(host);
    const auto authority = parse_authority(own);
    return (authority && authority->host == parsed->host) || lists(*parsed);
}

}  // namespace roost::http
