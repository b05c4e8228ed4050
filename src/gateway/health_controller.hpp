// The gateway's own health: alive by itself, ready when the API is.
#pragma once

#include "gateway/upstream.hpp"
#include "http/router.hpp"

namespace roost::gateway {

class HealthController {
public:
    // `upstream` outlives it.
    explicit HealthController(Upstream& upstream) : upstream_(upstream) {}
    // GET /health, /health/live and /health/ready; /api/health is the API's.
    void mount(http::Router& router);

private:
    static Task<http::Response> alive();
    // Asks the API whether it is; 503 if not, or if it cannot be asked.
    Task<http::Response> ready(const http::Request& request);

    Upstream& upstream_;
};

}  // namespace roost::gateway
