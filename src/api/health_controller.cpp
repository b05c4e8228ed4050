#include "api/health_controller.hpp"

#include "db/error.hpp"

namespace roost::api {
namespace {

const db::Statement ask_database{"ask_database", "SELECT 1::bigint"};

contract::Health health(std::string_view service, std::string_view status) {
    return {.status = std::string(status),
            .service = std::string(service),
            .version = ROOST_VERSION,
            .timestamp = Timestamp::now()};
}

constexpr int unavailable = 503;

}  // namespace

void HealthController::mount(http::Router& router, net::PerCore<Services>& services) {
    serve(router, services, contract::health, *this, &HealthController::alive);
    serve(router, services, contract::health_short, *this, &HealthController::alive);
    serve(router, services, contract::health_live, *this, &HealthController::alive);
    serve(router, services, contract::health_ready, *this, &HealthController::ready);
}

Task<Result<Reply<contract::Health>>> HealthController::alive(Call<None, None, None> /*call*/) {
    co_return Reply(health(service_, "ok"));
}

Task<Result<Reply<contract::Health>>> HealthController::ready(Call<None, None, None> call) {
    Reply reply(health(service_, "ok"));
    if (!gate_.is_open()) {
        reply.status = unavailable;
        reply.answer.status = "the server stops";
        co_return reply;
    }
    try {
        co_await call.services.pool.query(ask_database, db::Params());
    } catch (const db::Unavailable&) {
        reply.status = unavailable;
        reply.answer.status = "the database cannot be reached";
    }
    co_return reply;
}

}  // namespace roost::api
