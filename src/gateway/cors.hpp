// Cross-origin resource sharing (fetch.spec.whatwg.org) for an allow-list of origins.
#pragma once

#include "http/message.hpp"
#include "http/origins.hpp"

namespace roost::gateway {

class Cors {
public:
    explicit Cors(const http::AllowedOrigins& origins) : origins_(origins) {}

    // A browser's question whether a page may send a certain request.
    [[nodiscard]] static bool is_preflight(const http::Request& request) noexcept;
    // 204; with permission only for an origin of the list.
    [[nodiscard]] http::Response preflight(const http::Request& request) const;
    // To every other answer, errors included.
    void add_headers(const http::Request& request, http::Response& response) const;

private:
    [[nodiscard]] bool allow(const http::Request& request, http::Headers& headers) const;

    const http::AllowedOrigins& origins_;
};

}  // namespace roost::gateway
