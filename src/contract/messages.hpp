// Endpoints for messages (contract.md).
#pragma once

#include "contract/endpoint.hpp"
#include "contract/rooms.hpp"
#include "messages/message.hpp"
#include "schema/encoded.hpp"
#include "schema/member_docs.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace roost::messages {
constexpr auto docs_of(const Author*) {
    return std::array{
        schema::MemberDoc{"id", "The author's number; 0 when the account was removed.", "42"},
        schema::MemberDoc{"name", "The author's name when the message was posted.", R"("Ann")"}};
}
constexpr auto docs_of(const Message*) {
    return std::array{
        schema::MemberDoc{"id", "`<room>-<seq>`.", R"("1-128")"},
        schema::MemberDoc{"room", "The room's slug.", R"("lobby")"},
        schema::MemberDoc{"seq", "Its place in the room, given once.", "128"},
        schema::MemberDoc{"changed_seq", "The room's counter at its latest change.", "128"},
        schema::MemberDoc{"content", "The text as it was sent; empty when the message was deleted.",
                          R"("Hello")"},
        schema::MemberDoc{"metadata", "As it was sent; `{}` when there was none.", "{}"},
        schema::MemberDoc{"user", "Who posted it.", ""},
        schema::MemberDoc{"inserted_at", "When it was stored.", R"("2026-01-31T08:15:30.000001Z")"},
        schema::MemberDoc{"updated_at", "When it was changed last.", R"("2026-01-31T08:15:30.000001Z")"},
        schema::MemberDoc{"deleted_at", "Only of a deleted message, which has no metadata then.",
                          R"("2026-01-31T08:20:00.000000Z")", true}};
}
}  // namespace roost::messages

namespace roost::contract {

using EncodedMessage = schema::Encoded<messages::Message>;
using EncodedMessages = schema::Encoded<std::vector<messages::Message>>;

struct NewMessage {
    messages::MessageContent content;
    rooms::RoomSlug room{"lobby"};
    std::optional<messages::ClientId> client_id;
    std::optional<JsonObject> metadata;
};
BOOST_DESCRIBE_STRUCT(NewMessage, (), (content, room, client_id, metadata))
constexpr auto docs_of(const NewMessage*) {
    return std::array{
        schema::MemberDoc{"content", "1 to 4,000 characters, not only white space; stored as sent.",
                          R"("Hello")"},
        schema::MemberDoc{"room", "The room's slug.", R"("lobby")"},
        schema::MemberDoc{
            "client_id",
            "The client's own id of this post: sent again, it is the same message, and nothing is "
            "stored twice.",
            R"("b0b2c1f0-1")"},
        schema::MemberDoc{"metadata", "Anything, for clients; at most 4 KB.", R"({"mood":"fine"})"}};
}

struct Revision {
    messages::MessageContent content;
};
BOOST_DESCRIBE_STRUCT(Revision, (), (content))
constexpr auto docs_of(const Revision*) {
    return std::array{schema::MemberDoc{"content", "The new text.", R"("Hello, all")"}};
}

struct MessagePath {
    MessageId id;
};
BOOST_DESCRIBE_STRUCT(MessagePath, (), (id))
constexpr auto docs_of(const MessagePath*) {
    return std::array{schema::MemberDoc{"id", "The message's id.", R"("1-1")"}};
}

struct MessageEnvelope {
    EncodedMessage message;
};
BOOST_DESCRIBE_STRUCT(MessageEnvelope, (), (message))
constexpr auto docs_of(const MessageEnvelope*) {
    return std::array{schema::MemberDoc{"message", "The message.", ""}};
}

struct MessagePageQuery {
    rooms::RoomSlug room{"lobby"};
    PageLimit limit{50};
    std::optional<PlaceInLog> before;
    std::optional<PlaceInLog> after;
};
BOOST_DESCRIBE_STRUCT(MessagePageQuery, (), (room, limit, before, after))
constexpr auto docs_of(const MessagePageQuery*) {
    return std::array{
        schema::MemberDoc{"room", "The room's slug.", R"("lobby")"},
        schema::MemberDoc{"limit", "How many at most.", "50"},
        schema::MemberDoc{"before", "The newest messages in front of this place; not together with `after`.",
                          "128"},
        schema::MemberDoc{"after", "The oldest messages behind this place; not together with `before`.",
                          "128"}};
}

struct MessagePage {
    EncodedMessages messages;
    rooms::RoomSlug room;
    Seq seq = 0;
};
BOOST_DESCRIBE_STRUCT(MessagePage, (), (messages, room, seq))
constexpr auto docs_of(const MessagePage*) {
    return std::array{schema::MemberDoc{"messages", "In the order of `seq`.", ""},
                      schema::MemberDoc{"room", "The room's slug.", R"("lobby")"},
                      schema::MemberDoc{"seq", "The room's counter when the page was read.", "128"}};
}

inline const auto list_messages =
    get("/api/messages")
        .named("list_messages", "Messages",
               "A page of a room's messages: the latest without before and after")
        .explained("Anybody reads public rooms; private ones their members.")
        .also_for_callers()
        .with_etag()
        .query<MessagePageQuery>()
        .gives<MessagePage>(200, "A page; the `Link` header names its neighbours.")
        .fails_with({Errc::room_not_found});

inline const auto create_message = post("/api/messages")
                                       .named("create_message", "Messages", "Post a message to a room")
                                       .only_for_callers()
                                       .takes_idempotency_key()
                                       .takes<NewMessage>()
                                       .gives<MessageEnvelope>(201, "The message was stored.")
                                       .or_gives(200, "It had been stored before under the same client_id.")
                                       .fails_with({Errc::room_not_found, Errc::overloaded});

inline const auto show_message =
    get("/api/messages/{id}")
        .named("show_message", "Messages", "One message")
        .explained("A deleted one is a tombstone: its place without its content.")
        .also_for_callers()
        .at<MessagePath>(Errc::message_not_found)
        .gives<MessageEnvelope>(200, "The message.");

inline const auto edit_message =
    put("/api/messages/{id}")
        .named("edit_message", "Messages", "Change the content of one's own message")
        .only_for_callers()
        .at<MessagePath>(Errc::message_not_found)
        .takes<Revision>()
        .gives<MessageEnvelope>(200, "The message as it is now.")
        .fails_with({Errc::not_the_author, Errc::message_deleted, Errc::overloaded});

inline const auto delete_message = del("/api/messages/{id}")
                                       .named("delete_message", "Messages", "Delete a message")
                                       .explained("Its author may, and the owner of the room.")
                                       .only_for_callers()
                                       .at<MessagePath>(Errc::message_not_found)
                                       .gives_nothing("The message is deleted, or was before.")
                                       .fails_with({Errc::not_the_author, Errc::overloaded});

}  // namespace roost::contract
