// Messages as the contract has them.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/json_object.hpp"
#include "core/text.hpp"
#include "rooms/room.hpp"
#include "schema/encode.hpp"

#include <optional>
#include <string>
#include <vector>

namespace roost::messages {

using MessageContent = Text<1, 4000>;

struct ClientIdRule {
    static std::optional<TextFault> check(std::string& text);
    static TextForm form();
};
// A client's own id for a post: the same one again, in the same room by the same author, is the same message.
using ClientId = TextOf<ClientIdRule>;

struct Author {
    UserId id;
    std::string name;  // at posting time

    bool operator==(const Author&) const = default;
};
BOOST_DESCRIBE_STRUCT(Author, (), (id, name))

// The author of a message whose author's account is gone.
inline Author deleted_user() {
    return {UserId{0}, "deleted user"};
}

struct Message {
    MessageId id;
    rooms::RoomSlug room;
    Seq seq = 0;          // its place
    Seq changed_seq = 0;  // the room's counter at its latest change
    std::string content;
    std::optional<JsonObject> metadata;  // always there, but for a deleted one
    Author user;
    Timestamp inserted_at;
    Timestamp updated_at;
    std::optional<Timestamp> deleted_at;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, room, seq, changed_seq, content, metadata, user, inserted_at, updated_at,
                       deleted_at))

// What those who follow a room hear of a deletion.
struct MessageDeleted {
    MessageId message_id;
    Seq seq = 0;
    Seq changed_seq = 0;
};
BOOST_DESCRIBE_STRUCT(MessageDeleted, (), (message_id, seq, changed_seq))

// A part of a room's history, in the order of seq; `seq` is the room's counter at that moment.
struct Page {
    std::vector<Message> messages;
    Seq seq = 0;
};

// Which part: the latest without before and after.
struct PageBounds {
    std::optional<Seq> before;
    std::optional<Seq> after;
    std::int64_t limit = 50;
};

}  // namespace roost::messages
