#include "api/user_socket.hpp"

#include "api/messages_channel.hpp"
#include "api/room_channel.hpp"

namespace roost::api {

UserSocket::UserSocket(Services& services, const channels::Definitions& definitions, auth::Identity identity,
                       std::string name)
    : Socket(definitions, services.hub, services.socket_limits), services_(services),
      identity_(std::move(identity)), name_(std::move(name)) {}

UserConnector::UserConnector(net::PerCore<Services>& services) : services_(services) {
    definitions_.add(MessagesChannel::definition());
    definitions_.add(RoomChannel::definition());
}

Task<Result<boost::intrusive_ptr<channels::Socket>>> UserConnector::connect(
    channels::ConnectRequest request) {
    auto& services = services_.here();
    if (!request.token) co_return Problem(Errc::unauthorized);
    auto identity = services.sessions.verify(*request.token);
    if (!identity) co_return identity.error();
    auto name = co_await services.accounts.author_name(identity->user);
    if (!name) co_return name.error();
    co_return boost::intrusive_ptr<channels::Socket>(
        new UserSocket(services, definitions_, std::move(*identity), std::move(*name)));
}

}  // namespace roost::api
