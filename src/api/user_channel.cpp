#include "api/user_channel.hpp"

#include "api/user_socket.hpp"

namespace roost::api {

UserSocket& UserChannel::user_socket() const noexcept {
    return static_cast<UserSocket&>(socket());
}

Task<Result<rooms::Room>> UserChannel::room_to_join() {
    auto& services = user_socket().services();
    if (!services.sessions.is_current(user_socket().identity())) co_return Problem(Errc::unauthorized);
    auto slug = rooms::RoomSlug::from(std::string(subtopic()));
    if (!slug) co_return Problem(Errc::room_not_found);
    co_return co_await services.rooms.find_for(user_socket().user(), std::move(*slug));
}

Task<Result<contract::Expiry>> UserChannel::renew_token(contract::AccessToken in) {
    co_return user_socket().renew(in.access_token.str());
}

}  // namespace roost::api
