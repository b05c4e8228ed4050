// What travels from a publisher to the subscribers of a topic.
#pragma once

#include "core/shared_bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace roost::pubsub {

// A whole frame as it goes over the wire, header included.
using FramePtr = SharedBytesPtr;

// How a subscriber wants its frames: a number below `encodings`, whose meaning belongs to whoever encodes
// (channels/serializer). Each encoding that has subscribers is made once per broadcast.
using Encoding = std::uint8_t;
constexpr std::size_t encodings = 8;

// Names one subscriber of the process, to be left out of its own broadcast; 0 is nobody.
using SubscriberId = std::uint64_t;

// As published: not yet encoded. `payload` is JSON text, or any bytes.
struct Publication {
    std::string topic;
    std::string event;
    std::string payload;
    bool is_binary = false;
    std::int64_t log = 0;          // whose places count: a room's id, for its topic may go to another room
    std::int64_t changed_seq = 0;  // the place in that log; 0 for what is not durable
    SubscriberId except = 0;
};

// As delivered: immutable and shared by all cores. An encoding that nobody wants, or that cannot say it, has
// no frame.
struct Broadcast {
    std::array<FramePtr, encodings> frames;
    bool is_binary = false;
    std::int64_t log = 0;
    std::int64_t changed_seq = 0;
    SubscriberId except = 0;
};

using BroadcastPtr = std::shared_ptr<const Broadcast>;
using Encode = FramePtr (*)(const Publication&, Encoding);

}  // namespace roost::pubsub
