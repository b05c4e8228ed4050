#include "channels/binary_frames.hpp"

#include "schema/encode.hpp"
#include "schema/json_value.hpp"
#include "ws/utf8.hpp"

#include <array>
#include <cassert>
#include <initializer_list>

namespace roost::channels {
namespace {

enum class Kind : char { push = 0, reply = 1, broadcast = 2, user_broadcast_push = 3 };

std::string encode(Kind kind, std::initializer_list<std::string_view> fields, std::string_view payload) {
    std::string frame(1, static_cast<char>(kind));
    for (const auto field : fields) {
        assert(field.size() <= most_field_bytes);
        frame += static_cast<char>(field.size());
    }
    for (const auto field : fields) frame += field;
    frame += payload;
    return frame;
}

// As JSON text, in `kept`.
std::string_view json_ref(std::string_view plain, std::string& kept) {
    if (plain.empty()) return null_ref;
    kept.clear();
    schema::append_string(kept, plain);
    return kept;
}

// Takes `sizes.size()` fields off the front of `rest`. False when they are not all there or no text.
template <std::size_t N>
bool take_fields(std::string_view& rest, std::string_view sizes, std::array<std::string_view, N>& fields) {
    for (std::size_t i = 0; i < N; ++i) {
        const std::size_t size = static_cast<unsigned char>(sizes[i]);
        if (rest.size() < size || !ws::is_utf8(rest.substr(0, size))) return false;
        fields[i] = rest.substr(0, size);
        rest.remove_prefix(size);
    }
    return true;
}

Result<Inbound> decode_push(std::string_view frame) {
    constexpr std::size_t head = 5;
    if (frame.size() < head) return Problem(Errc::malformed_json);
    std::array<std::string_view, 4> fields;
    auto rest = frame.substr(head);
    if (!take_fields(rest, frame.substr(1), fields)) return Problem(Errc::malformed_json);
    thread_local std::array<std::string, 2> refs;
    return Inbound{.join_ref = json_ref(fields[0], refs[0]),
                   .ref = json_ref(fields[1], refs[1]),
                   .topic = fields[2],
                   .event = fields[3],
                   .payload = rest,
                   .is_binary = true,
                   .is_from_binary = true,
                   .takes_binary = true};
}

// 03, the lengths of join_ref, ref, topic, event and metadata, the encoding, these fields, the payload. Who
// sends it reads no other kind of ours, so it does not count as a client of binary frames.
Result<Inbound> decode_user_broadcast(std::string_view frame) {
    constexpr std::size_t head = 7;
    if (frame.size() < head) return Problem(Errc::malformed_json);
    std::array<std::string_view, 5> fields;
    auto rest = frame.substr(head);
    const auto encoding = frame[head - 1];
    const bool is_json = encoding == 1;
    if ((!is_json && encoding != 0) || !take_fields(rest, frame.substr(1), fields))
        return Problem(Errc::malformed_json);
    if (is_json && !schema::parse_json(rest)) return Problem(Errc::malformed_json);
    thread_local std::array<std::string, 2> refs;
    thread_local std::string payload;
    payload = R"({"type":"broadcast","event":)";
    schema::append_string(payload, fields[3]);
    payload += R"(,"payload":)";
    payload += rest;
    payload += '}';
    return Inbound{.join_ref = json_ref(fields[0], refs[0]),
                   .ref = json_ref(fields[1], refs[1]),
                   .topic = fields[2],
                   .event = "broadcast",
                   .payload = is_json ? payload : rest,
                   .is_binary = !is_json,
                   .is_from_binary = true};
}

}  // namespace

Result<Inbound> decode_binary(std::string_view frame) {
    if (frame.empty()) return Problem(Errc::malformed_json);
    switch (static_cast<Kind>(frame.front())) {
        case Kind::push: return decode_push(frame);
        case Kind::user_broadcast_push: return decode_user_broadcast(frame);
        default: return Problem(Errc::malformed_json);
    }
}

std::string plain_ref(std::string_view json_ref) {
    if (json_ref == null_ref) return {};
    if (!json_ref.starts_with('"')) return std::string(json_ref);
    const auto text = schema::parse_json(json_ref);
    return text ? std::string(text->string()) : std::string();
}

std::string encode(const BinaryPush& push, std::string_view payload) {
    return encode(Kind::push, {push.join_ref, push.topic, push.event}, payload);
}

std::string encode(const BinaryReply& reply, std::string_view payload) {
    return encode(Kind::reply, {reply.join_ref, reply.ref, reply.topic, reply.status}, payload);
}

std::string encode(const BinaryBroadcast& broadcast, std::string_view payload) {
    return encode(Kind::broadcast, {broadcast.topic, broadcast.event}, payload);
}

}  // namespace roost::channels
