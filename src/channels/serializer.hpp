// The serializers of Phoenix Channels (protocol.md, "Frames"): what a frame says, and how a message becomes
// one. V1 is a JSON object in a text frame; V2 a JSON array in a text frame, or a binary frame of its own
// layout (binary_frames.hpp).
//
// References and payloads stay the JSON text they came as: what the client reads back is what it sent
// (protocol.md 38), and a payload is validated once and then only copied.
#pragma once

#include "core/result.hpp"
#include "ws/frame.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::channels {

enum class Version : std::uint8_t { v1, v2 };

// Of the connection's parameter `vsn`: none and 1.0.x are V1, 2.0.x is V2 (protocol.md 2 to 5). Nothing for
// any other.
std::optional<Version> version_of(std::optional<std::string_view> vsn) noexcept;

inline constexpr std::string_view null_ref = "null";

// Of a topic, an event's name, a status or a reference: what a binary frame has room for (protocol.md 35).
inline constexpr std::size_t most_field_bytes = 255;

// One frame from a client. Views are valid as long as the frame is and nothing else is decoded on the thread.
struct Inbound {
    std::string_view join_ref;  // JSON text: a string, a number or null
    std::string_view ref;       // the same
    std::string_view topic;
    std::string_view event;
    std::string_view payload;  // JSON text of any kind; or the bytes of a binary push
    bool is_binary = false;
    bool is_from_binary = false;  // the frame was: references are quoted by us
    // It shows that the client reads binary frames: others must never get one (protocol.md 36).
    bool takes_binary = false;
};

// A text frame, or one of V1 in a binary frame (protocol.md 33), or a binary one of V2. Fails with
// malformed_json, also when it is JSON of another shape or a binary frame that clients do not send.
Result<Inbound> decode(Version version, ws::Opcode opcode, std::string_view frame);

// A message in JSON.
struct Outbound {
    std::string_view join_ref = null_ref;  // JSON text, as `ref`
    std::string_view ref = null_ref;
    std::string_view topic_prefix = {};  // in front of the topic
    std::string_view topic = {};
    std::string_view event = {};
    std::string_view payload = {};  // JSON text
};

// The payload of a text frame. Of V1 without join_ref (protocol.md 30).
void append(std::string& text, Version version, const Outbound& message);

// {"status":…,"response":…} as the payload of a phx_reply; `response` is JSON text.
std::string reply_payload(std::string_view status, std::string_view response);

// {"reason": <code>, "errors"?: […]} for an error reply (contract.md, "Errors").
std::string error_response(const Problem& problem);
std::string error_response(std::string_view reason);

}  // namespace roost::channels
