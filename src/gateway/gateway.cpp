#include "gateway/gateway.hpp"

#include "api/api.hpp"
#include "gateway/compression.hpp"
#include "gateway/security_headers.hpp"

namespace roost::gateway {

Gateway::Gateway(Upstream& upstream, const http::AllowedOrigins& origins, const net::Gate& gate)
    : upstream_(upstream), cors_(origins), own_(api::answer_exception), health_(upstream, gate) {
    health_.mount(own_);
    docs_ui_.mount(own_, "/swagger");
}

bool Gateway::answers_itself(const http::Request& request) const {
    if (request.path.starts_with("/api/") || request.path.starts_with("/socket/")) return false;
    using Outcome = http::Match::Outcome;
    const auto outcome = own_.match(request.method, request.path).outcome;
    return outcome != Outcome::not_found && outcome != Outcome::malformed;
}

Task<http::Response> Gateway::handle(const http::Request& request) {
    if (Cors::is_preflight(request)) co_return cors_.preflight(request);
    const auto task = answers_itself(request) ? own_.handle(request) : upstream_.forward(request);
    auto response = co_await task;
    if (!response.upgrade) {
        compress(request, response);
        add_security_headers(response.headers);
        cors_.add_headers(request, response);
    }
    co_return response;
}

http::Response Gateway::on_exception(std::exception_ptr exception, const http::Request& request) {
    auto response = api::answer_exception(std::move(exception), request);
    add_security_headers(response.headers);
    cors_.add_headers(request, response);
    return response;
}

}  // namespace roost::gateway
