// The durable channel of a room, "messages:<slug>": its history, what is posted, and posting.
#pragma once

#include "channels/definition.hpp"
#include "contract/messages.hpp"

namespace roost::api {

class UserSocket;

class MessagesChannel final : public channels::Channel {
public:
    static channels::Definition definition();

private:
    Task<Result<None>> join(contract::JoinMessages in);
    Task<Result<contract::MessageEnvelope>> new_message(contract::ChannelMessage in);

    UserSocket& user_socket() const noexcept;

    rooms::RoomSlug room_;
};

}  // namespace roost::api
