// What is read of a room's log, as it goes to clients.
#pragma once

#include "messages/message.hpp"
#include "schema/encoded.hpp"

#include <optional>
#include <vector>

namespace roost::messages {

using EncodedMessages = schema::Encoded<std::vector<Message>>;

// A message that is encoded once for all who get it: broadcast, reply, history. Without a text it stands for
// a place whose message changed again later.
struct EncodedMessage {
    Seq seq = 0;
    Seq changed_seq = 0;
    SharedBytesPtr text;

    static EncodedMessage of(const Message& message) {
        thread_local std::string text;
        text.clear();
        schema::encode(text, message);
        return {message.seq, message.changed_seq, share(text)};
    }
};

// A part of a room's history, in the order of seq.
struct History {
    EncodedMessages messages;
    RoomId room;
    std::size_t count = 0;
    Seq first = 0;  // the places at both ends; 0 when there is no message
    Seq last = 0;
    Seq seq = 0;  // the room's counter at that moment
};

// What changed in a room behind a place: each message once, as it is now, in the order of changed_seq.
struct Missed {
    EncodedMessages messages;
    RoomId room;
    Seq seq = 0;           // the room's counter at that moment
    bool complete = true;  // false: it was too much, and these are the newest
};

// How many messages a plain join and the latest page show, and how much somebody who comes back gets.
inline constexpr std::size_t latest_messages = 50;
inline constexpr std::size_t most_missed = 1'000;
inline constexpr std::size_t most_missed_bytes = 1U << 20;
// How far behind the counter what was missed is looked for: a message that changes again and again makes
// places and no messages.
inline constexpr Seq most_missed_places = 10'000;

}  // namespace roost::messages
