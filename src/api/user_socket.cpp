#include "api/user_socket.hpp"

#include "api/messages_channel.hpp"
#include "api/room_channel.hpp"

namespace roost::api {
namespace {

constexpr std::int64_t warned_before_s = 60;

}  // namespace

UserSocket::UserSocket(Services& services, const channels::Definitions& definitions, auth::Identity identity,
                       std::string name)
    : Socket(definitions, services.hub, services.socket_limits), services_(services),
      identity_(std::move(identity)), name_(std::move(name)) {}

Result<contract::Expiry> UserSocket::renew(std::string_view access_token) {
    auto identity = services_.sessions.verify(access_token);
    if (!identity) return identity.error();
    if (identity->user != user()) return Problem(Errc::unauthorized);
    identity_ = std::move(*identity);
    is_warned_ = false;
    return contract::Expiry{identity_.expires_at.unix_s() - Timestamp::now().unix_s()};
}

void UserSocket::warn_of_expiry(Timestamp now) {
    const auto left_s = identity_.expires_at.unix_s() - now.unix_s();
    if (is_warned_ || left_s > warned_before_s) return;
    is_warned_ = true;
    push_to_all(contract::event::token_expiring, {left_s});
}

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
