// The API tier: all controllers and the socket behind one HTTP handler.
#pragma once

#include "api/docs_ui.hpp"
#include "api/document_controller.hpp"
#include "api/health_controller.hpp"
#include "api/message_controller.hpp"
#include "api/room_controller.hpp"
#include "api/services.hpp"
#include "api/session_controller.hpp"
#include "api/user_controller.hpp"
#include "api/user_socket.hpp"
#include "channels/websocket_transport.hpp"
#include "http/origins.hpp"
#include "http/router.hpp"

namespace roost::api {

// One for the process; used on every core. All arguments outlive it.
class Api final {
public:
    Api(net::PerCore<Services>& services, net::PerCore<ws::Connections>& connections,
        const http::AllowedOrigins& origins, channels::Compression compression, const net::Gate& gate);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    [[nodiscard]] http::Router& router() noexcept { return router_; }

private:
    http::Router router_;
    SessionController sessions_;
    UserController users_;
    RoomController rooms_;
    MessageController messages_;
    HealthController health_;
    DocumentController documents_;
    DocsUi docs_ui_;
    UserConnector connector_;
    channels::WebSocketTransport websocket_;
};

// For whatever leaves a handler: 503 when the database is away, else 500 and a line in the log.
http::Response answer_exception(std::exception_ptr exception, const http::Request& request);

}  // namespace roost::api
