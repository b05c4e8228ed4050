#include "gateway/forwarding.hpp"

#include "http/syntax.hpp"

#include <algorithm>
#include <array>

namespace roost::gateway {
namespace {

using http::equals_ignoring_case;

// RFC 9110 section 7.6.1, and what is older.
constexpr std::array<std::string_view, 8> of_the_connection{
    "Connection", "Keep-Alive",        "Proxy-Connection", "TE",
    "Trailer",    "Transfer-Encoding", "Upgrade",          "Proxy-Authenticate"};
// Said anew, by us or by the client towards the API, or not for the API at all.
constexpr std::array<std::string_view, 9> said_anew{"Host",
                                                    "Content-Length",
                                                    "Expect",
                                                    "Proxy-Authorization",
                                                    "Forwarded",
                                                    "X-Request-Id",
                                                    "X-Forwarded-For",
                                                    "X-Forwarded-Proto",
                                                    "X-Forwarded-Host"};

template <std::size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
    return std::ranges::any_of(names, [name](auto one) { return equals_ignoring_case(one, name); });
}

// The headers that Connection headers name.
std::vector<std::string_view> connection_options(const http::Headers& headers) {
    std::vector<std::string_view> options;
    for (const auto& header : headers) {
        if (!equals_ignoring_case(header.name, "Connection")) continue;
        for (std::string_view list = header.value; !list.empty();) {
            const auto option = http::take_element(list);
            const bool is_header =
                !equals_ignoring_case(option, "close") && !equals_ignoring_case(option, "keep-alive");
            if (is_header) options.push_back(option);
        }
    }
    return options;
}

bool ends_here(std::string_view name, const std::vector<std::string_view>& options) {
    return is_one_of(name, of_the_connection) ||
           std::ranges::any_of(options, [name](auto one) { return equals_ignoring_case(one, name); });
}

// What a trusted proxy in front of us says of the client, or else what we see ourselves.
std::string_view told(const http::Request& request, std::string_view header, std::string_view seen) {
    if (!request.via_trusted_proxy) return seen;
    return request.headers.find(header).value_or(seen);
}

}  // namespace

Forwarded::Forwarded(const http::Request& request, std::string_view host) : target(request.path) {
    if (!request.query.empty()) (target += '?') += request.query;
    outgoing.method = request.method;
    outgoing.other_method = request.other_method;
    outgoing.target = target;
    outgoing.host = host;
    outgoing.body = request.body;
    auto& headers = outgoing.headers;
    headers.reserve(request.headers.size() + 5);
    const auto options = connection_options(request.headers);
    for (const auto& [name, value] : request.headers)
        if (!ends_here(name, options) && !is_one_of(name, said_anew)) headers.push_back({name, value});
    headers.push_back({"X-Request-Id", request.request_id});
    headers.push_back({"X-Forwarded-For", request.peer});
    headers.push_back({"X-Forwarded-Proto", told(request, "X-Forwarded-Proto", "http")});
    const auto wanted_host = told(request, "X-Forwarded-Host", request.headers.find("Host").value_or(""));
    if (!wanted_host.empty()) headers.push_back({"X-Forwarded-Host", wanted_host});
    headers.push_back({"Via", request.version == 10 ? "1.0 roost" : "1.1 roost"});
}

void strip_answer(http::Response& response, http::Method to) {
    const auto named = connection_options(response.headers);
    // The views end with the headers that hold them.
    const std::vector<std::string> options(named.begin(), named.end());
    response.headers.remove_if([&options](const http::Header& header) {
        return is_one_of(header.name, of_the_connection) ||
               std::ranges::any_of(
                   options, [&header](const auto& one) { return equals_ignoring_case(one, header.name); });
    });
    response.length_in_headers = to == http::Method::head;
}

bool is_websocket(const http::Request& request) noexcept {
    const auto upgrade = request.headers.find("Upgrade");
    return upgrade && equals_ignoring_case(*upgrade, "websocket");
}

}  // namespace roost::gateway
