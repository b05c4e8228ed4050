#include "api/access_watch.hpp"

#include "api/user_socket.hpp"

namespace roost::api {

using namespace std::chrono_literals;

namespace {

constexpr auto sweep_every = 2s;

UserSocket& user_socket(ws::Handler& handler) {
    return static_cast<UserSocket&>(handler);
}

}  // namespace

AccessWatch::AccessWatch(Services& services, ws::Connections& connections)
    : services_(services), connections_(connections) {
    services_.revocations.listen([this](const auth::Revoked&) { close_revoked(); });
    services_.room_watch.listen([this](const rooms::AccessLost& lost) { end_channels(lost); });
    sweep();
}

void AccessWatch::close_revoked() {
    connections_.for_each_open([this](ws::Connection& connection, ws::Handler& handler) {
        if (!services_.sessions.is_current(user_socket(handler).identity()))
            connection.close(ws::CloseCode::going_away, "the session has ended");
    });
}

void AccessWatch::end_channels(const rooms::AccessLost& lost) {
    connections_.for_each_open([&lost](ws::Connection&, ws::Handler& handler) {
        auto& socket = user_socket(handler);
        if (!lost.concerns(socket.user())) return;
        socket.end_channels("messages:" + lost.room.str(), Errc::room_not_found);
        socket.end_channels("room:" + lost.room.str(), Errc::room_not_found);
    });
}

void AccessWatch::sweep() {
    close_revoked();
    connections_.for_each_open([now = Timestamp::now()](ws::Connection&, ws::Handler& handler) {
        user_socket(handler).warn_of_expiry(now);
    });
    timer_.start(sweep_every, [this] { sweep(); });
}

}  // namespace roost::api
