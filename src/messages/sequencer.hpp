// Tells those who follow a room what has changed in it, in the order of its log.
//
// Each place of a log becomes one broadcast on `messages:<slug>`, for posts, edits and deletions of this
// writer and of others alike; Publication::changed_seq is the place. It goes into the room's memory first. A
// change whose message changed again meanwhile is passed over: its later place tells the state. One for each
// home core; used there.
#pragma once

#include "core/generations.hpp"
#include "core/ids.hpp"
#include "messages/entry.hpp"
#include "messages/room_memory.hpp"
#include "pubsub/hub.hpp"

namespace roost::messages {

class Sequencer {
public:
    // Both outlive this object.
    Sequencer(pubsub::Hub& hub, RoomMemory& memory) : hub_(hub), memory_(memory) {}

    // The room is told of from behind this counter on: whoever writes to it first tells what others wrote
    // there. Has no effect on a room that is followed already. False when it is followed from a later place
    // on: what lies between was told to nobody, and who has read up to this counter must read again.
    bool follow(RoomId room, Seq counter);
    // How far the room's log was told; nothing when that was forgotten, or it is not followed.
    [[nodiscard]] std::optional<Seq> published(RoomId room);
    // The next place of the room's log, or a later one when those between are superseded. Gives the text of
    // the message.
    SharedBytesPtr publish(const Record& record);

private:
    struct Followed {
        Seq from;  // the counter from behind which every place was told
        Seq told;
    };

    pubsub::Hub& hub_;
    RoomMemory& memory_;
    Generations<RoomId, Followed> followed_{200'000};
};

}  // namespace roost::messages
