// The durable channel of a room, "messages:<slug>": its history, what is posted and changed, and posting.
#pragma once

#include "api/user_channel.hpp"
#include "channels/definition.hpp"
#include "channels/log_follower.hpp"
#include "contract/messages_channel.hpp"

namespace roost::api {

class MessagesChannel final : public UserChannel {
public:
    static channels::Definition definition();

private:
    Task<Result<contract::MessagesJoined>> join(contract::JoinMessages in);
    Task<Result<contract::MessageEnvelope>> new_message(contract::ChannelMessage in);
    Task<Result<contract::MessageEnvelope>> edit_message(contract::ChannelRevision in);
    Task<Result<None>> delete_message(contract::ChannelDeletion in);

    bool is_news(std::int64_t log, std::int64_t changed_seq) override { return log_.see(log, changed_seq); }
    [[nodiscard]] bool is_here(MessageId id) const noexcept { return id.room.value() == log_.log(); }

    channels::LogFollower log_;  // of the room, by its id
};

}  // namespace roost::api
