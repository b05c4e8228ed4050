// REST for health checks.
#pragma once

#include "api/serve.hpp"
#include "contract/health.hpp"

namespace roost::api {

class HealthController {
public:
    // `service` names the tier in the answers.
    explicit HealthController(std::string_view service) : service_(service) {}
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    Task<Result<Reply<contract::Health>>> alive(Call<None, None, None> call);
    // Asks the database.
    Task<Result<Reply<contract::Health>>> ready(Call<None, None, None> call);

    std::string_view service_;
};

}  // namespace roost::api
