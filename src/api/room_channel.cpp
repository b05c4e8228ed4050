#include "api/room_channel.hpp"

#include "api/user_socket.hpp"

namespace roost::api {

channels::Definition RoomChannel::definition() {
    return channels::channel<RoomChannel>("room:*",
                                          [] { return boost::intrusive_ptr<Channel>(new RoomChannel); })
        .join(contract::join_room, &RoomChannel::join)
        .handle_in(contract::shout, &RoomChannel::shout);
}

Task<Result<None>> RoomChannel::join(contract::JoinRoom /*in*/) {
    auto slug = rooms::RoomSlug::from(std::string(subtopic()));
    if (!slug) co_return Problem(Errc::room_not_found);
    const auto room =
        co_await user_socket().services().rooms.find_for(user_socket().user(), std::move(*slug));
    if (!room) co_return room.error();
    co_await subscribe();
    co_return None{};
}

Task<Result<None>> RoomChannel::shout(contract::Shout in) {
    contract::ShoutOut out{.user = {user_socket().user(), user_socket().name()},
                           .message = std::move(in.message),
                           .timestamp = Timestamp::now()};
    co_await broadcast(contract::shout_out, out);
    co_return None{};
}

UserSocket& RoomChannel::user_socket() const noexcept {
    return static_cast<UserSocket&>(socket());
}

}  // namespace roost::api
