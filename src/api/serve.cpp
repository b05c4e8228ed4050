#include "api/serve.hpp"

#include "http/syntax.hpp"

namespace roost::api {

namespace {

// How closely a media range means JSON: 0 for one that does not.
int closeness(std::string_view type) {
    if (http::equals_ignoring_case(type, "application/json")) return 3;
    if (http::equals_ignoring_case(type, "application/*")) return 2;
    return type == "*/*" ? 1 : 0;
}

}  // namespace

Result<std::optional<auth::Identity>> identify(const Services& services, const http::Request& request,
                                               contract::Access access) {
    const auto header =
        access == contract::Access::open ? std::nullopt : request.headers.find("Authorization");
    if (!header) {
        if (access == contract::Access::callers) return Problem(Errc::unauthorized);
        return std::optional<auth::Identity>{};
    }
    constexpr std::string_view scheme = "Bearer ";
    const bool is_bearer = header->size() > scheme.size() &&
                           http::equals_ignoring_case(header->substr(0, scheme.size()), scheme);
    if (!is_bearer || request.headers.count("Authorization") != 1) return Problem(Errc::unauthorized);
    auto identity = services.sessions.verify(header->substr(scheme.size()));
    if (!identity) return identity.error();
    return std::optional(std::move(*identity));
}

// The range that means it most closely decides.
Result<None> check_accept(const http::Request& request) {
    bool asked = false, accepted = false;
    int closest = 0;
    for (const auto& header : request.headers) {
        if (!http::equals_ignoring_case(header.name, "Accept")) continue;
        for (std::string_view rest = header.value; !rest.empty();) {
            const auto range = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(range.size() + 1, rest.size()));
            const auto type = http::trimmed(range.substr(0, range.find(';')));
            asked = asked || !type.empty();
            if (closeness(type) <= closest) continue;
            closest = closeness(type);
            accepted = !http::is_refused(range.substr(std::min(range.find(';'), range.size())));
        }
    }
    if (asked && !accepted) return Problem(Errc::not_acceptable);
    return None{};
}

Result<None> check_json_content(const http::Request& request) {
    auto type = request.headers.find("Content-Type").value_or("");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (!http::equals_ignoring_case(type, "application/json")) return Problem(Errc::unsupported_media_type);
    return None{};
}

}  // namespace roost::api
