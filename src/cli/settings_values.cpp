#include "cli/settings_values.hpp"

#include "auth/access_token.hpp"
#include "http/origins.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace roost::cli {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view digits = "0123456789";

bool holds_only(std::string_view text, std::string_view punctuation) {
    return std::ranges::all_of(text, [punctuation](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               punctuation.find(c) != std::string_view::npos;
    });
}

bool is_whole_number(std::string_view text, std::uint32_t min, std::uint32_t max) {
    std::uint32_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && value >= min && value <= max;
}

bool is_ipv4(const std::string& text) {
    in_addr address{};
    return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& text) {
    in6_addr address{};
    return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_bracketed_ipv6(std::string_view text) {
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           is_ipv6(std::string(text.substr(1, text.size() - 2)));
}

bool is_host(std::string_view text) {
    return is_bracketed_ipv6(text) ||
           (!text.empty() && text.front() != '-' && text.front() != '.' && holds_only(text, ".-"));
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

// Calls `part` with what stands between the separators; false when it does.
bool each_part(std::string_view text, char separator, auto part) {
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(separator, from), text.size());
        if (!part(text.substr(from, end - from))) return false;
        from = end + 1;
    }
    return true;
}

// "host:port,[::1],%2Frun%2Fpostgresql": what is behind a colon must be a port, or it may be a password.
bool are_database_hosts(std::string_view text) {
    return each_part(text, ',', [](std::string_view host) {
        const auto port = host.find_last_not_of(digits);
        if (port != std::string_view::npos && host[port] == ':') host = host.substr(0, port);
        return is_bracketed_ipv6(host) || holds_only(host, "._-%");
    });
}

std::optional<std::string> masked_authority(std::string_view authority) {
    const auto at = authority.find('@');
    if (at == std::string_view::npos)
        return are_database_hosts(authority) ? std::optional(std::string(authority)) : std::nullopt;
    const auto hosts = authority.substr(at + 1);
    if (!are_database_hosts(hosts)) return std::nullopt;
    const auto user = authority.substr(0, at);
    const auto colon = user.find(':');
    return std::string(user.substr(0, colon)) + (colon == std::string_view::npos ? "@" : ":***@") +
           std::string(hosts);
}

std::string masked_parameters(std::string_view query) {
    std::string out;
    each_part(query, '&', [&out](std::string_view parameter) {
        const auto equals = std::min(parameter.find('='), parameter.size());
        const auto name = parameter.substr(0, equals);
        // libpq decodes names too: one that is encoded may be any.
        const bool is_open = holds_only(name, "_") && name.find("pass") == std::string_view::npos &&
                             name.find("secret") == std::string_view::npos;
        out += out.empty() ? '?' : '&';
        out += is_open ? std::string(parameter) : std::string(name) + "=***";
        return true;
    });
    return out;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    if (trimmed(text).empty()) return parts;
    each_part(text, ',', [&parts](std::string_view part) {
        parts.emplace_back(trimmed(part));
        return true;
    });
    return parts;
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    for (auto rest = trimmed(text); !rest.empty(); rest = trimmed(rest)) {
        const auto end = std::min(rest.find_first_of(blanks), rest.size());
        words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    return words;
}

bool is_listen_address(std::string& text) {
    if (text == "localhost") text = "127.0.0.1";
    return is_ipv4(text) || is_ipv6(text);
}

bool is_origin(std::string& text) {
    try {
        const http::AllowedOrigins checked({text});
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

bool is_upstream(std::string& text) {
    constexpr std::string_view scheme = "http://";
    if (text.ends_with('/')) text.pop_back();
    if (!text.starts_with(scheme)) return false;
    const auto authority = std::string_view(text).substr(scheme.size());
    const auto colon = authority.rfind(':');
    return colon != std::string_view::npos && is_host(authority.substr(0, colon)) &&
           is_whole_number(authority.substr(colon + 1), 1, 65535);
}

bool is_proxy(std::string& text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = text.substr(0, slash);
    const std::uint32_t most_bits = is_ipv4(address) ? 32 : is_ipv6(address) ? 128 : 0;
    return most_bits != 0 &&
           (slash == text.size() || is_whole_number(std::string_view(text).substr(slash + 1), 0, most_bits));
}

bool is_database_url(std::string& text) {
    return (text.starts_with("postgres://") || text.starts_with("postgresql://")) &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

bool is_token_name(std::string& text) {
    return !text.empty() && text.size() <= 200 &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_signing_secret(std::string& text) {
    return text.size() >= auth::AccessTokens::least_secret_bytes;
}

std::string without_passwords(std::string_view url) {
    constexpr auto not_certain = "(set)";
    const auto start = url.find("://");
    if (start == std::string_view::npos) return not_certain;
    const auto scheme = url.substr(0, start + 3);
    const auto rest = url.substr(scheme.size());
    const auto path_at = std::min(rest.find_first_of("/?"), rest.size());
    const auto query_at = std::min(rest.find('?'), rest.size());
    const auto path = rest.substr(path_at, query_at - path_at);
    const auto query = rest.substr(query_at);

    const auto authority = masked_authority(rest.substr(0, path_at));
    // libpq ends the authority here although a password with a slash goes on.
    const bool is_past_authority = rest.find('@', path_at) == std::string_view::npos;
    if (!authority || !is_past_authority || !holds_only(path, "/._-%")) return not_certain;
    return std::string(scheme) + *authority + std::string(path) +
           (query.empty() ? "" : masked_parameters(query.substr(1)));
}

}  // namespace roost::cli
