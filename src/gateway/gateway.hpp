// The gateway tier: what the public meets, in front of the API.
#pragma once

#include "api/docs_ui.hpp"
#include "gateway/cors.hpp"
#include "gateway/health_controller.hpp"
#include "gateway/upstream.hpp"
#include "http/handler.hpp"
#include "http/router.hpp"

namespace roost::gateway {

// One for the process; used on every core. All arguments outlive it.
class Gateway final : public http::Handler {
public:
    Gateway(Upstream& upstream, const http::AllowedOrigins& origins, const net::Gate& gate);
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // For what the gateway answers itself; to be filled before the first request. Whatever has no route there
    // goes to the API, and all below /api/ and /socket/ without being looked for.
    [[nodiscard]] http::Router& own() noexcept { return own_; }

    Task<http::Response> handle(const http::Request& request) override;
    http::Response on_exception(std::exception_ptr exception, const http::Request& request) override;

private:
    [[nodiscard]] bool answers_itself(const http::Request& request) const;

    Upstream& upstream_;
    Cors cors_;
    http::Router own_;
    HealthController health_;
    api::DocsUi docs_ui_;
};

}  // namespace roost::gateway
