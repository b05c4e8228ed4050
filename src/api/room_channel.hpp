// The live channel of a room, "room:<slug>": what is not stored.
#pragma once

#include "api/user_channel.hpp"
#include "channels/definition.hpp"
#include "contract/room_channel.hpp"

namespace roost::api {

class RoomChannel final : public UserChannel {
public:
    static channels::Definition definition();

private:
    Task<Result<None>> join(contract::JoinRoom in);
    Task<Result<None>> shout(contract::Shout in);
    Task<Result<None>> typing(contract::Typing in);
    Task<Result<None>> signal(channels::Bytes in);
    Task<Result<None>> relay(contract::Broadcast in);
    Task<Result<contract::Pong>> ping(contract::Ping in);
    Task<Result<channels::Bytes>> ping_with_bytes(channels::Bytes in);

    [[nodiscard]] messages::Author author() const;

    bool hears_itself_ = false;  // its own broadcasts
};

}  // namespace roost::api
