#include "api/user_socket.hpp"

#include "api/messages_channel.hpp"
#include "api/room_channel.hpp"

namespace roost::api {
namespace {

constexpr std::int64_t warned_before_s = 60;

}  // namespace

UserSocket::UserSocket(Services& services, channels::Format format, auth::Identity identity,
                       std::string_view name)
    : Socket(services, format), rate_(services.user_rates.of(identity.user)), identity_(identity),
      name_(name) {}

// The context is one of our own (the constructor).
Services& UserSocket::services() const noexcept {
    return const_cast<Services&>(static_cast<const Services&>(context()));
}

bool UserSocket::may_send(RateTime now, unsigned cost) {
    return !rate_ || rate_->take(services().user_rates.rate(), now, cost);
}

Result<contract::Expiry> UserSocket::renew(std::string_view access_token) {
    auto identity = services().sessions.verify(access_token);
    if (!identity) return identity.error();
    if (identity->user != user()) return Problem(Errc::unauthorized);
    identity_ = *identity;
    is_warned_ = false;
    return contract::Expiry{identity_.expires_at.unix_s() - Timestamp::now().unix_s()};
}

void UserSocket::warn_of_expiry(Timestamp now) {
    const auto left_s = identity_.expires_at.unix_s() - now.unix_s();
    if (is_warned_ || left_s > warned_before_s) return;
    is_warned_ = true;
    push_to_all(contract::event::token_expiring, {left_s});
}

channels::Definitions channel_definitions() {
    channels::Definitions definitions;
    definitions.add(MessagesChannel::definition());
    definitions.add(RoomChannel::definition());
    return definitions;
}

Task<Result<boost::intrusive_ptr<channels::Socket>>> UserConnector::connect(
    channels::ConnectRequest request) {
    auto& services = services_.here();
    if (!services.connect_rates.take(request.peer)) co_return Problem::limited_for(std::chrono::seconds(1));
    // realtime-js of Supabase always sends an `apikey`, and a token of its user only at joins.
    if (!request.token) request.token = request.params.find({"apikey"});
    if (!request.token) co_return Problem(Errc::unauthorized);
    auto identity = services.sessions.verify(*request.token);
    if (!identity) co_return identity.error();
    auto name = co_await services.accounts.author_name(identity->user);
    if (!name) co_return name.error();
    co_return boost::intrusive_ptr<channels::Socket>(
        new UserSocket(services, request.format, *identity, *name));
}

}  // namespace roost::api
