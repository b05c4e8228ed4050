// The live channel of a room, "room:<slug>": what is not stored.
#pragma once

#include "channels/definition.hpp"
#include "contract/rooms.hpp"

namespace roost::api {

class UserSocket;

class RoomChannel final : public channels::Channel {
public:
    static channels::Definition definition();

private:
    Task<Result<None>> join(contract::JoinRoom in);
    Task<Result<None>> shout(contract::Shout in);

    UserSocket& user_socket() const noexcept;
};

}  // namespace roost::api
