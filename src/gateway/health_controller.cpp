#include "gateway/health_controller.hpp"

#include "contract/health.hpp"
#include "schema/encode.hpp"

namespace roost::gateway {
namespace {

http::Response health(int status, std::string_view text) {
    const contract::Health health{.status = std::string(text),
                                  .service = "roost-gateway",
                                  .version = ROOST_VERSION,
                                  .timestamp = Timestamp::now()};
    return http::json(status, schema::to_json(health));
}

}  // namespace

void HealthController::mount(http::Router& router) {
    for (const std::string_view path : {"/health", "/health/live"})
        router.add(http::Method::get, path,
                   [](const http::Request&, const http::Params&) { return alive(); });
    router.add(http::Method::get, "/health/ready",
               [this](const http::Request& request, const http::Params&) { return ready(request); });
}

Task<http::Response> HealthController::alive() {
    co_return health(200, "ok");
}

Task<http::Response> HealthController::ready(const http::Request& request) {
    if (!gate_.is_open()) co_return health(503, "the server stops");
    // The question is the gateway's own: what the client accepts or who it is does not matter.
    http::Request question;
    question.target = question.path = request.path;
    question.headers.add("Host", request.headers.find("Host").value_or(""));
    question.peer = request.peer;
    question.request_id = request.request_id;
    const auto answer = co_await upstream_.forward(question);
    if (answer.status == 200) co_return health(200, "ok");
    co_return health(503, "the API is not ready");
}

}  // namespace roost::gateway
