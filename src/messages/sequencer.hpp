// Tells those who follow a room what has changed in it, in the order of its log.
//
// Each place of a log becomes one broadcast on `messages:<slug>`, for posts, edits and deletions of this
// writer and of others alike; Publication::changed_seq is the place. A change whose message changed again
// meanwhile is passed over: its later place tells the state. One for each home core; used there.
#pragma once

#include "core/ids.hpp"
#include "messages/entry.hpp"
#include "pubsub/hub.hpp"

#include <map>

namespace roost::messages {

class Sequencer {
public:
    explicit Sequencer(pubsub::Hub& hub) : hub_(hub) {}

    // The room is told of from behind this counter on. Has no effect on a room that is followed already.
    void follow(RoomId room, Seq counter) { published_.try_emplace(room, counter); }
    // How far the room's log was told.
    [[nodiscard]] Seq published(RoomId room) const { return published_.at(room); }
    // The next place of the room's log, or a later one when those between are superseded.
    void publish(const Record& record);

private:
    pubsub::Hub& hub_;
    std::map<RoomId, Seq> published_;
};

}  // namespace roost::messages
