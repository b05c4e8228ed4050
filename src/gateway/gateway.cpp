#include "gateway/gateway.hpp"

#include "api/api.hpp"

namespace roost::gateway {

Task<http::Response> Gateway::handle(const http::Request& request) {
    if (Cors::is_preflight(request)) co_return cors_.preflight(request);
    auto response = co_await upstream_.forward(request);
    if (!response.upgrade) cors_.add_headers(request, response);
    co_return response;
}

http::Response Gateway::on_exception(std::exception_ptr exception, const http::Request& request) {
    auto response = api::answer_exception(std::move(exception), request);
    cors_.add_headers(request, response);
    return response;
}

}  // namespace roost::gateway
