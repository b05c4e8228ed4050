// The gateway's own health: alive by itself, ready when the API is.
#pragma once

#include "gateway/upstream.hpp"
#include "http/router.hpp"
#include "net/gate.hpp"

namespace roost::gateway {

class HealthController {
public:
    // Both outlive it.
    HealthController(Upstream& upstream, const net::Gate& gate) : upstream_(upstream), gate_(gate) {}
    // GET /health, /health/live and /health/ready; /api/health is the API's.
    void mount(http::Router& router);

private:
    static Task<http::Response> alive();
    // Asks the API whether it is; 503 if not, or if it cannot be asked, or when this server is about to stop.
    Task<http::Response> ready(const http::Request& request);

    Upstream& upstream_;
    const net::Gate& gate_;
};

}  // namespace roost::gateway
