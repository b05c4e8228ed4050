// Endpoints and events for messages (contract.md).
#pragma once

#include "channels/event.hpp"
#include "contract/endpoint.hpp"
#include "messages/message.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace roost::contract {

struct NewMessage {
    messages::MessageContent content;
    rooms::RoomSlug room{"lobby"};
    std::optional<messages::ClientId> client_id;
    std::optional<JsonObject> metadata;
};
BOOST_DESCRIBE_STRUCT(NewMessage, (), (content, room, client_id, metadata))

struct MessageEnvelope {
    messages::Message message;
};
BOOST_DESCRIBE_STRUCT(MessageEnvelope, (), (message))

using PlaceInLog = Integer<0, INT64_MAX>;
using PageLimit = Integer<1, 100>;

struct MessagePageQuery {
    rooms::RoomSlug room{"lobby"};
    PageLimit limit{50};
    std::optional<PlaceInLog> before;
    std::optional<PlaceInLog> after;
};
BOOST_DESCRIBE_STRUCT(MessagePageQuery, (), (room, limit, before, after))

struct MessagePage {
    std::vector<messages::Message> messages;
    rooms::RoomSlug room;
    Seq seq;
};
BOOST_DESCRIBE_STRUCT(MessagePage, (), (messages, room, seq))

inline const auto list_messages =
    get("/api/messages")
        .summary("A page of a room's messages, the latest without before and after")
        .query<MessagePageQuery>()
        .gives<MessagePage>()
        .fails_with({Errc::room_not_found});

inline const auto create_message = post("/api/messages")
                                       .summary("Post a message to a room")
                                       .only_for_callers()
                                       .takes<NewMessage>()
                                       .gives<MessageEnvelope>(201)
                                       .fails_with({Errc::room_not_found, Errc::overloaded});

// --- Channel "messages:<slug>"

struct JoinMessages {};
BOOST_DESCRIBE_STRUCT(JoinMessages, (), ())

struct ChannelMessage {
    messages::MessageContent content;
    std::optional<messages::ClientId> client_id;
    std::optional<JsonObject> metadata;
};
BOOST_DESCRIBE_STRUCT(ChannelMessage, (), (content, client_id, metadata))

struct MessagesHistory {
    std::vector<messages::Message> messages;
    Seq seq;
};
BOOST_DESCRIBE_STRUCT(MessagesHistory, (), (messages, seq))

inline constexpr channels::EventIn<JoinMessages> join_messages{"phx_join", "Follow a room's messages"};
inline constexpr channels::EventIn<ChannelMessage, MessageEnvelope> new_message{"new_message",
                                                                                "Post a message to the room"};
inline constexpr channels::EventOut<MessagesHistory> messages_history{"messages_history",
                                                                      "The latest messages, after joining"};
inline constexpr channels::EventOut<MessageEnvelope> new_message_out{"new_message", "A message was posted"};

}  // namespace roost::contract
