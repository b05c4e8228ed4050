// Binary frames of the V2 serializer (protocol.md, "Frames"): a kind, the lengths of the fields in one byte
// each, the fields, and the payload to the end.
//
// Fields are raw text of at most most_field_bytes, which the caller sees to; a reference that is null has no
// byte.
#pragma once

#include "channels/serializer.hpp"

#include <string>
#include <string_view>

namespace roost::channels {

// A frame from a client: a push (0), or what Supabase's realtime-js sends for a broadcast of its user (3,
// with two more bytes in the head: the length of its metadata, and 1 for a payload in JSON or 0 for bytes),
// which stands for the event `broadcast`. References come back as JSON text; they and what stands for
// something are held until the next decode on this thread. Fails with malformed_json for another kind, a
// header that is cut off, text that is not UTF-8, JSON that is none.
Result<Inbound> decode_binary(std::string_view frame);

// A reference as a binary frame has it: the text of a JSON string, the digits of a number, nothing for null.
std::string plain_ref(std::string_view json_ref);

struct BinaryPush {
    std::string_view join_ref;
    std::string_view topic;
    std::string_view event;
};
struct BinaryReply {
    std::string_view join_ref;
    std::string_view ref;
    std::string_view topic;
    std::string_view status;
};
struct BinaryBroadcast {
    std::string_view topic;
    std::string_view event;
};

// The payload of a WebSocket frame.
std::string encode(const BinaryPush& push, std::string_view payload);
std::string encode(const BinaryReply& reply, std::string_view payload);
std::string encode(const BinaryBroadcast& broadcast, std::string_view payload);

}  // namespace roost::channels
