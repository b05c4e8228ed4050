#include "gateway/http_upstream.hpp"

#include "core/log.hpp"
#include "gateway/forwarding.hpp"
#include "http/problem.hpp"

namespace roost::gateway {
namespace {

constexpr http::Refusal no_websocket{
    501, "not_implemented", "Not implemented",
    "This gateway does not carry WebSockets; connect to the port of the API."};

}  // namespace

Task<http::Response> HttpUpstream::forward(const http::Request& request) {
    if (is_websocket(request)) co_return http::problem(no_websocket, request.request_id);
    const Forwarded forwarded(request, host_);
    auto answer = co_await clients_.here().send(forwarded.outgoing);
    if (!answer) co_return failed(answer.error(), request);
    if (!is_reachable_.load(std::memory_order_relaxed) && !is_reachable_.exchange(true))
        log::info("the API answers again");
    strip_answer(*answer, request.method);
    co_return *std::move(answer);
}

// An outage is one line of the log, whatever it costs in requests.
http::Response HttpUpstream::failed(http::ClientFailure failure, const http::Request& request) {
    switch (failure) {
        case http::ClientFailure::unreachable:
            if (is_reachable_.exchange(false)) log::warn("the API at {} cannot be reached", host_);
            return http::problem(Errc::bad_gateway, request.request_id);
        case http::ClientFailure::garbage: return http::problem(Errc::bad_gateway, request.request_id);
        case http::ClientFailure::timed_out:
            log::warn("request {}: the API did not answer in time", request.request_id);
            return http::problem(Errc::gateway_timeout, request.request_id);
        case http::ClientFailure::overloaded: break;
    }
    return http::problem(Errc::overloaded, request.request_id);
}

}  // namespace roost::gateway
