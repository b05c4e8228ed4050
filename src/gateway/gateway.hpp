// The gateway tier: what the public meets, in front of the API.
#pragma once

#include "gateway/cors.hpp"
#include "gateway/upstream.hpp"
#include "http/handler.hpp"

namespace roost::gateway {

// One for the process; used on every core. All arguments outlive it.
class Gateway final : public http::Handler {
public:
    Gateway(Upstream& upstream, const http::AllowedOrigins& origins) : upstream_(upstream), cors_(origins) {}

    Task<http::Response> handle(const http::Request& request) override;
    http::Response on_exception(std::exception_ptr exception, const http::Request& request) override;

private:
    Upstream& upstream_;
    Cors cors_;
};

}  // namespace roost::gateway
