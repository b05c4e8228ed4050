// How a subscriber's frames look: the serializer of its socket, whether it joined with the prefix of Supabase
// (protocol.md: "realtime:"), and whether messages are compressed. Broadcasts are encoded once for each of
// these that somebody has.
#pragma once

#include "channels/serializer.hpp"
#include "core/shared_bytes.hpp"
#include "pubsub/broadcast.hpp"

namespace roost::channels {

// In front of a topic, it names the same one; frames bear the topic as the client sent it.
inline constexpr std::string_view realtime_prefix = "realtime:";

struct Encoding {
    Version version = Version::v2;
    bool is_prefixed = false;
    bool is_deflated = false;

    [[nodiscard]] pubsub::Encoding number() const noexcept;
    static Encoding of(pubsub::Encoding number) noexcept;
};

// Whole WebSocket frames, headers included.

SharedBytesPtr text_frame(Encoding encoding, Outbound message);
SharedBytesPtr binary_frame(Encoding encoding, std::string_view payload);

// For the hubs. Null for a binary payload in V1, which has no frame for it.
pubsub::FramePtr encode_broadcast(const pubsub::Publication& publication, pubsub::Encoding encoding);

}  // namespace roost::channels
