// The V2 JSON serializer of Phoenix Channels (protocol.md, "Frames"): `[join_ref, ref, topic, event,
// payload]`.
//
// References and payloads stay the JSON text they came as: what the client reads back is what it sent
// (protocol.md 38), and a payload is validated once and then only copied.
#pragma once

#include "core/result.hpp"
#include "core/shared_bytes.hpp"
#include "pubsub/broadcast.hpp"

#include <string>
#include <string_view>

namespace roost::channels {

inline constexpr pubsub::Encoding v2_text = 0;

inline constexpr std::string_view null_ref = "null";

// One frame from a client. Views are valid as long as the frame is and nothing else is parsed on the thread.
struct Inbound {
    std::string_view join_ref;  // JSON text: a string, a number or null
    std::string_view ref;       // the same
    std::string_view topic;
    std::string_view event;
    std::string_view payload;  // JSON text of any kind
};

// Fails with malformed_json, also when it is JSON of another shape.
Result<Inbound> decode_v2(std::string_view frame);

struct Outbound {
    std::string_view join_ref = null_ref;
    std::string_view ref = null_ref;
    std::string_view topic;
    std::string_view event;
    std::string_view payload;
};

// A whole WebSocket frame, header included.
SharedBytesPtr encode_v2(const Outbound& message);

// {"status":…,"response":…} as the payload of a phx_reply; `response` is JSON text.
std::string reply_payload(std::string_view status, std::string_view response);

// For the hubs: a broadcast in one of our encodings.
pubsub::FramePtr encode_broadcast(const pubsub::Publication& publication, pubsub::Encoding encoding);

// {"reason": <code>, "errors"?: […]} for an error reply (contract.md, "Errors").
std::string error_response(const Problem& problem);
std::string error_response(std::string_view reason);

}  // namespace roost::channels
