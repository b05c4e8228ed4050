#include "gateway/cors.hpp"

namespace roost::gateway {
namespace {

constexpr std::string_view allowed_methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr std::string_view allowed_headers =
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id";
constexpr std::string_view exposed_headers = "ETag, Link, Retry-After, X-Request-Id";
constexpr std::string_view max_age_s = "600";

}  // namespace

bool Cors::is_preflight(const http::Request& request) noexcept {
    return request.method == http::Method::options && request.headers.find("Origin") &&
           request.headers.find("Access-Control-Request-Method");
}

http::Response Cors::preflight(const http::Request& request) const {
    auto response = http::empty(204);
    if (!allow(request, response.headers)) return response;
    response.headers.add("Access-Control-Allow-Methods", allowed_methods);
    response.headers.add("Access-Control-Allow-Headers", allowed_headers);
    response.headers.add("Access-Control-Max-Age", max_age_s);
    return response;
}

void Cors::add_headers(const http::Request& request, http::Response& response) const {
    if (allow(request, response.headers))
        response.headers.add("Access-Control-Expose-Headers", exposed_headers);
}

// Whether an answer may be read depends on the origin, so caches must tell origins apart: always.
bool Cors::allow(const http::Request& request, http::Headers& headers) const {
    headers.add("Vary", "Origin");
    const auto origin = request.headers.find("Origin");
    if (!origin || !origins_.lists(*origin)) return false;
    headers.add("Access-Control-Allow-Origin", *origin);
    headers.add("Access-Control-Allow-Credentials", "true");
    return true;
}

}  // namespace roost::gateway
