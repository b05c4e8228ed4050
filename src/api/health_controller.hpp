// REST for health checks.
#pragma once

#include "api/serve.hpp"
#include "contract/health.hpp"
#include "net/gate.hpp"

namespace roost::api {

class HealthController {
public:
    // `service` names the tier in the answers; `gate` outlives it.
    HealthController(std::string_view service, const net::Gate& gate) : service_(service), gate_(gate) {}
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    Task<Result<Reply<contract::Health>>> alive(Call<None, None, None> call);
    // Asks the database, unless the server is about to stop.
    Task<Result<Reply<contract::Health>>> ready(Call<None, None, None> call);

    std::string_view service_;
    const net::Gate& gate_;
};

}  // namespace roost::api
