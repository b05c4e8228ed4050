// The durable channel of a room, "messages:<slug>": its history, what is posted and changed, and posting.
#pragma once

#include "api/user_channel.hpp"
#include "channels/definition.hpp"
#include "contract/messages_channel.hpp"

namespace roost::api {

class MessagesChannel final : public UserChannel {
public:
    static channels::Definition definition();

private:
    Task<Result<None>> join(contract::JoinMessages in);
    Task<Result<contract::MessageEnvelope>> new_message(contract::ChannelMessage in);
    Task<Result<contract::MessageEnvelope>> edit_message(contract::ChannelRevision in);
    Task<Result<None>> delete_message(contract::ChannelDeletion in);

    rooms::RoomSlug room_;
    RoomId room_id_;
};

}  // namespace roost::api
