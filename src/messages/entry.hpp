// What is appended to a room's log, and what can be read there again.
#pragma once

#include "core/clock.hpp"
#include "messages/message.hpp"
#include "schema/encoded.hpp"

#include <optional>
#include <variant>

namespace roost::messages {

// What is to be posted, checked and complete.
struct Post {
    rooms::Room room;
    Author author;
    MessageContent content;
    std::optional<JsonObject> metadata;
    std::optional<ClientId> client_id;
    Clock::time_point asked_at = Clock::now();  // before anybody looked whether the author may
};

// An edit or a deletion of a message, allowed and complete.
struct Change {
    rooms::Room room;
    Seq target = 0;                         // the message's place
    std::optional<MessageContent> content;  // an edit's new one; nothing: a deletion
    bool forgets_author = false;            // a deletion because the account is gone
    std::optional<UserId> caller = {};      // who asks for it; nobody: the server itself
    Clock::time_point asked_at = Clock::now();

    [[nodiscard]] bool is_deletion() const noexcept { return !content; }
    [[nodiscard]] MessageId message() const noexcept { return {room.id, target}; }
};

// Each becomes one row of the log.
using Entry = std::variant<Post, Change>;

inline const rooms::Room& room_of(const Entry& entry) {
    return std::visit([](const auto& one) -> const rooms::Room& { return one.room; }, entry);
}

// What became of an entry: the message as it is stored.
struct Posted {
    Message message;
    bool is_new = true;  // false: it was so before; the same client_id was posted, or the message deleted
    SharedBytesPtr text = nullptr;  // the message's, of one that is new

    [[nodiscard]] schema::Encoded<Message> encoded() const {
        return text ? schema::Encoded<Message>(text) : schema::Encoded<Message>::of(message);
    }
};

// A place of a log: the message that was posted there, with that place as its changed_seq even if it changed
// later; or the one that was changed there, as it is now.
struct Record {
    Seq seq = 0;
    bool is_post = true;
    Message message;

    // The message changed again: a later place tells how it is now.
    [[nodiscard]] bool is_superseded() const noexcept { return message.changed_seq != seq; }
};

}  // namespace roost::messages
