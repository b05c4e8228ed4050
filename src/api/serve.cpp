#include "api/serve.hpp"

namespace roost::api {

Result<std::optional<auth::Identity>> identify(const Services& services, const http::Request& request,
                                               contract::Access access) {
    const auto header = request.headers.find("Authorization");
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

Result<None> check_json_content(const http::Request& request) {
    auto type = request.headers.find("Content-Type").value_or("");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (!http::equals_ignoring_case(type, "application/json")) return Problem(Errc::unsupported_media_type);
    return None{};
}

}  // namespace roost::api
