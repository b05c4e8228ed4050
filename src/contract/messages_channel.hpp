// Events of the durable channel "messages:<slug>" (contract.md).
#pragma once

#include "channels/event.hpp"
#include "contract/messages.hpp"

namespace roost::messages {
constexpr auto docs_of(const MessageDeleted*) {
    return std::array{schema::MemberDoc{"message_id", "Which one.", R"("1-128")"},
                      schema::MemberDoc{"seq", "Its place in the room.", "128"},
                      schema::MemberDoc{"changed_seq", "The room's counter at the deletion.", "130"}};
}
}  // namespace roost::messages

namespace roost::contract {

struct JoinMessages {};
BOOST_DESCRIBE_STRUCT(JoinMessages, (), ())

struct ChannelMessage {
    messages::MessageContent content;
    std::optional<messages::ClientId> client_id;
    std::optional<JsonObject> metadata;
};
BOOST_DESCRIBE_STRUCT(ChannelMessage, (), (content, client_id, metadata))
constexpr auto docs_of(const ChannelMessage*) {
    const auto rest = docs_of(static_cast<const NewMessage*>(nullptr));
    return std::array{rest[0], rest[2], rest[3]};
}

struct ChannelRevision {
    MessageId id;
    messages::MessageContent content;
};
BOOST_DESCRIBE_STRUCT(ChannelRevision, (), (id, content))
constexpr auto docs_of(const ChannelRevision*) {
    return std::array{schema::MemberDoc{"id", "The message's id; of this room.", R"("1-128")"},
                      docs_of(static_cast<const Revision*>(nullptr))[0]};
}

struct ChannelDeletion {
    MessageId id;
};
BOOST_DESCRIBE_STRUCT(ChannelDeletion, (), (id))
constexpr auto docs_of(const ChannelDeletion*) {
    return std::array{schema::MemberDoc{"id", "The message's id; of this room.", R"("1-128")"}};
}

struct MessagesHistory {
    std::vector<messages::Message> messages;
    Seq seq;
};
BOOST_DESCRIBE_STRUCT(MessagesHistory, (), (messages, seq))
constexpr auto docs_of(const MessagesHistory*) {
    return std::array{schema::MemberDoc{"messages", "The latest 50, in the order of `seq`.", ""},
                      schema::MemberDoc{"seq", "The room's counter: what is newer comes live.", "128"}};
}

namespace event {

inline constexpr channels::EventIn<JoinMessages> join_messages{
    "phx_join", "Follow a room's messages: the history comes first, then what is new"};
inline constexpr channels::EventIn<ChannelMessage, MessageEnvelope> new_message{
    "new_message", "Post a message; answered when it is stored and broadcast"};
inline constexpr channels::EventIn<ChannelRevision, MessageEnvelope> edit_message{
    "edit_message", "Change the content of one's own message"};
inline constexpr channels::EventIn<ChannelDeletion> delete_message{
    "delete_message", "Delete one's own message, or any as the room's owner"};

inline constexpr channels::EventOut<MessagesHistory> messages_history{
    "messages_history", "The latest messages, once after joining"};
inline constexpr channels::EventOut<MessageEnvelope> message_posted{"new_message", "A message was posted"};
inline constexpr channels::EventOut<MessageEnvelope> message_updated{"message_updated",
                                                                     "A message was edited"};
inline constexpr channels::EventOut<messages::MessageDeleted> message_deleted{"message_deleted",
                                                                              "A message was deleted"};

}  // namespace event
}  // namespace roost::contract
