#include "api/room_channel.hpp"

#include "api/user_socket.hpp"

namespace roost::api {

channels::Definition RoomChannel::definition() {
    return channels::channel<RoomChannel>("room:*",
                                          [] { return boost::intrusive_ptr<Channel>(new RoomChannel); })
        .join(contract::event::join_room, &RoomChannel::join)
        .handle_in(contract::event::shout, &RoomChannel::shout)
        .handle_in(contract::event::typing, &RoomChannel::typing)
        .handle_in(contract::event::signal, &RoomChannel::signal)
        .handle_in(contract::event::broadcast, &RoomChannel::relay)
        .handle_in(contract::event::ping, &RoomChannel::ping)
        .handle_in(contract::event::ping_with_bytes, &RoomChannel::ping_with_bytes)
        .handle_in(contract::event::access_token, &RoomChannel::renew_token);
}

Task<Result<None>> RoomChannel::join(contract::JoinRoom in) {
    const auto room = co_await room_to_join();
    if (!room) co_return room.error();
    hears_itself_ = in.config && in.config->broadcast && in.config->broadcast->self.value_or(false);
    co_await subscribe();
    co_return None{};
}

Task<Result<None>> RoomChannel::shout(contract::Shout in) {
    contract::ShoutOut out{.user = author(), .message = std::move(in.message), .timestamp = Timestamp::now()};
    co_await broadcast(contract::event::shouted, out);
    co_return None{};
}

Task<Result<None>> RoomChannel::typing(contract::Typing /*in*/) {
    const contract::TypingOut out{author()};
    co_await broadcast_from(contract::event::is_typing, out);
    co_return None{};
}

Task<Result<None>> RoomChannel::signal(channels::Bytes in) {
    if (in.value.size() > contract::most_signal_bytes) co_return Problem(Errc::body_too_large);
    co_await broadcast_from(contract::event::signalled, in);
    co_return None{};
}

Task<Result<None>> RoomChannel::relay(contract::Broadcast in) {
    contract::BroadcastOut out{.type = contract::BroadcastName("broadcast"),
                               .event = std::move(in.event),
                               .payload = in.payload ? std::move(*in.payload) : JsonObject::empty()};
    if (hears_itself_) co_await broadcast(contract::event::broadcasted, out);
    else co_await broadcast_from(contract::event::broadcasted, out);
    co_return None{};
}

Task<Result<contract::Pong>> RoomChannel::ping(contract::Ping /*in*/) {
    co_return contract::Pong{Timestamp::now()};
}

Task<Result<channels::Bytes>> RoomChannel::ping_with_bytes(channels::Bytes in) {
    co_return in;
}

messages::Author RoomChannel::author() const {
    return {user_socket().user(), std::string(user_socket().name())};
}

}  // namespace roost::api
