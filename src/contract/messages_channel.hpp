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

struct JoinMessages {
    std::optional<PlaceInLog> since;
};
BOOST_DESCRIBE_STRUCT(JoinMessages, (), (since))
constexpr auto docs_of(const JoinMessages*) {
    return std::array{schema::MemberDoc{
        "since", "The last `changed_seq` or `seq` that the client has: it gets what changed after it.",
        "128"}};
}

// Of a plain join `{}`; of one with `since` all three.
struct MessagesJoined {
    std::optional<EncodedMessages> messages;
    std::optional<Seq> seq;
    std::optional<bool> complete;
};
BOOST_DESCRIBE_STRUCT(MessagesJoined, (), (messages, seq, complete))
constexpr auto docs_of(const MessagesJoined*) {
    return std::array{
        schema::MemberDoc{"messages",
                          "With `since`: each message that changed after it, as it is now, in the order of "
                          "`changed_seq`; the newest of them when `complete` is false.",
                          ""},
        schema::MemberDoc{"seq", "With `since`: the room's counter. What is newer comes live.", "128"},
        schema::MemberDoc{
            "complete",
            "With `since`: whether that is all that changed after it. False: it was too much, or "
            "the room never was as far as `since`, and what the client has is to be read again.",
            "true"}};
}

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
    EncodedMessages messages;
    Seq seq = 0;
};
BOOST_DESCRIBE_STRUCT(MessagesHistory, (), (messages, seq))
constexpr auto docs_of(const MessagesHistory*) {
    return std::array{schema::MemberDoc{"messages", "The latest 50, in the order of `seq`.", ""},
                      schema::MemberDoc{"seq", "The room's counter: what is newer comes live.", "128"}};
}

namespace event {

inline constexpr channels::EventIn<JoinMessages, MessagesJoined> join_messages{
    "phx_join", "Follow a room's messages: first the latest ones, or what changed since, then what is new"};
inline constexpr channels::EventIn<ChannelMessage, MessageEnvelope> new_message{
    "new_message", "Post a message; answered when it is stored and broadcast"};
inline constexpr channels::EventIn<ChannelRevision, MessageEnvelope> edit_message{
    "edit_message", "Change the content of one's own message"};
inline constexpr channels::EventIn<ChannelDeletion> delete_message{
    "delete_message", "Delete one's own message, or any as the room's owner"};

inline constexpr channels::EventOut<MessagesHistory> messages_history{
    "messages_history", "The latest messages, once after joining without `since`"};
inline constexpr channels::EventOut<MessageEnvelope> message_posted{"new_message", "A message was posted"};
inline constexpr channels::EventOut<MessageEnvelope> message_updated{"message_updated",
                                                                     "A message was edited"};
inline constexpr channels::EventOut<messages::MessageDeleted> message_deleted{"message_deleted",
                                                                              "A message was deleted"};

}  // namespace event
}  // namespace roost::contract
