#include "channels/serializer.hpp"

#include "schema/encode.hpp"
#include "schema/json_value.hpp"
#include "ws/frame.hpp"

#include <cassert>

namespace roost {
BOOST_DESCRIBE_STRUCT(Fault, (), (pointer, code, detail))
}  // namespace roost

namespace roost::channels {
namespace {

using schema::JsonValue;

struct Errors {
    std::string_view reason;
    std::optional<std::vector<Fault>> errors;
};
BOOST_DESCRIBE_STRUCT(Errors, (), (reason, errors))

bool is_ref(const JsonValue& value) {
    const auto kind = value.kind();
    return kind == JsonValue::Kind::string || kind == JsonValue::Kind::null ||
           kind == JsonValue::Kind::integer || kind == JsonValue::Kind::real;
}

}  // namespace

Result<Inbound> decode_v2(std::string_view frame) {
    const auto document = schema::parse_json(frame);
    if (!document) return document.error();
    if (document->kind() != JsonValue::Kind::array) return Problem(Errc::malformed_json);
    const auto elements = document->elements();
    constexpr std::size_t join_ref = 0, ref = 1, topic = 2, event = 3, payload = 4;
    if (elements.size() <= payload || !is_ref(elements[join_ref]) || !is_ref(elements[ref]) ||
        elements[topic].kind() != JsonValue::Kind::string ||
        elements[event].kind() != JsonValue::Kind::string)
        return Problem(Errc::malformed_json);
    const auto texts = schema::element_texts(frame);
    return Inbound{.join_ref = texts[join_ref],
                   .ref = texts[ref],
                   .topic = elements[topic].string(),
                   .event = elements[event].string(),
                   .payload = texts[payload]};
}

SharedBytesPtr encode_v2(const Outbound& message) {
    thread_local std::string text;
    text.clear();
    text += '[';
    text += message.join_ref;
    text += ',';
    text += message.ref;
    text += ',';
    schema::append_string(text, message.topic);
    text += ',';
    schema::append_string(text, message.event);
    text += ',';
    text += message.payload;
    text += ']';
    std::string frame;
    frame.reserve(ws::frame_header_size(text.size()) + text.size());
    ws::append_frame(frame, ws::Opcode::text, text);
    return share(std::move(frame));
}

std::string reply_payload(std::string_view status, std::string_view response) {
    std::string payload = R"({"status":)";
    schema::append_string(payload, status);
    payload += R"(,"response":)";
    payload += response;
    payload += '}';
    return payload;
}

pubsub::FramePtr encode_broadcast(const pubsub::Publication& publication,
                                  [[maybe_unused]] pubsub::Encoding encoding) {
    assert(encoding == v2_text);
    return encode_v2(
        {.topic = publication.topic, .event = publication.event, .payload = publication.payload});
}

std::string error_response(const Problem& problem) {
    Errors errors{problem.kind().code, std::nullopt};
    if (!problem.faults().empty()) errors.errors = problem.faults();
    return schema::to_json(errors);
}

std::string error_response(std::string_view reason) {
    return schema::to_json(Errors{reason, std::nullopt});
}

}  // namespace roost::channels
