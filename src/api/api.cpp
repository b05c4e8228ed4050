#include "api/api.hpp"

#include "core/log.hpp"
#include "db/error.hpp"
#include "http/problem.hpp"

#include <typeinfo>

namespace roost::api {

Api::Api(net::PerCore<Services>& services, net::PerCore<ws::Connections>& connections,
         const http::AllowedOrigins& origins, channels::Compression compression, const net::Gate& gate)
    : router_(answer_exception), health_("roost-api", gate), connector_(services),
      websocket_(connections, connector_, origins, compression) {
    sessions_.mount(router_, services);
    users_.mount(router_, services);
    rooms_.mount(router_, services);
    messages_.mount(router_, services);
    health_.mount(router_, services);
    documents_.mount(router_);
    docs_ui_.mount(router_, "/swaggerui");
    router_.add_any("/socket/websocket", [this](const http::Request& request, const http::Params&) {
        return websocket_.handle(request);
    });
}

http::Response answer_exception(std::exception_ptr exception, const http::Request& request) {
    try {
        std::rethrow_exception(exception);
    } catch (const db::Unavailable&) {
        return http::problem(Errc::unavailable, request.request_id);
    } catch (const db::Error& error) {
        log::error("request {}: PostgreSQL refused, SQLSTATE {}", request.request_id, error.sqlstate());
    } catch (const std::exception& error) {
        log::error("request {}: {}", request.request_id, typeid(error).name());
    }
    return http::problem(Errc::internal, request.request_id);
}

}  // namespace roost::api
