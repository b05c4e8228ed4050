#include "channels/serializer.hpp"

#include "channels/binary_frames.hpp"
#include "schema/encode.hpp"
#include "schema/json_value.hpp"

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

bool is_string(const JsonValue& value) {
    return value.kind() == JsonValue::Kind::string;
}

// [join_ref, ref, topic, event, payload]; what is behind the fifth is ignored.
Result<Inbound> decode_v2(std::string_view frame) {
    const auto document = schema::parse_json(frame);
    if (!document) return document.error();
    if (document->kind() != JsonValue::Kind::array) return Problem(Errc::malformed_json);
    constexpr std::size_t join_ref = 0, ref = 1, topic = 2, event = 3, payload = 4, count = 5;
    const auto elements = document->elements(count);
    if (elements.size() < count || !is_ref(elements[join_ref]) || !is_ref(elements[ref]) ||
        !is_string(elements[topic]) || !is_string(elements[event]))
        return Problem(Errc::malformed_json);
    const auto texts = schema::element_texts(frame, count);
    return Inbound{.join_ref = texts[join_ref],
                   .ref = texts[ref],
                   .topic = elements[topic].string(),
                   .event = elements[event].string(),
                   .payload = texts[payload]};
}

// {topic, event, payload, ref, join_ref?}; of a repeated member the last counts, others are ignored.
Result<Inbound> decode_v1(std::string_view frame) {
    const auto document = schema::parse_json(frame);
    if (!document) return document.error();
    if (document->kind() != JsonValue::Kind::object) return Problem(Errc::malformed_json);
    Inbound inbound;
    inbound.join_ref = null_ref;
    const JsonValue* topic = nullptr;
    const JsonValue* event = nullptr;
    const auto members = document->members();
    const auto texts = schema::member_texts(frame);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& [key, value] = members[i];
        if (key == "topic") topic = &value;
        else if (key == "event") event = &value;
        else if (key == "payload") inbound.payload = texts[i];
        else if (key != "ref" && key != "join_ref") continue;
        else if (!is_ref(value)) return Problem(Errc::malformed_json);
        else (key == "ref" ? inbound.ref : inbound.join_ref) = texts[i];
    }
    if (topic == nullptr || !is_string(*topic) || event == nullptr || !is_string(*event) ||
        inbound.payload.empty() || inbound.ref.empty())
        return Problem(Errc::malformed_json);
    inbound.topic = topic->string();
    inbound.event = event->string();
    return inbound;
}

void append_topic(std::string& text, const Outbound& message) {
    if (message.topic_prefix.empty()) return schema::append_string(text, message.topic);
    std::string topic(message.topic_prefix);
    topic += message.topic;
    schema::append_string(text, topic);
}

bool is_patch_of(std::string_view vsn, std::string_view minor) {
    return vsn.starts_with(minor) && vsn.size() > minor.size() &&
           vsn.find_first_not_of("0123456789", minor.size()) == std::string_view::npos;
}

}  // namespace

std::optional<Version> version_of(std::optional<std::string_view> vsn) noexcept {
    if (!vsn || is_patch_of(*vsn, "1.0.")) return Version::v1;
    if (is_patch_of(*vsn, "2.0.")) return Version::v2;
    return std::nullopt;
}

Result<Inbound> decode(Version version, ws::Opcode opcode, std::string_view frame) {
    if (version == Version::v1) return decode_v1(frame);
    return opcode == ws::Opcode::binary ? decode_binary(frame) : decode_v2(frame);
}

void append(std::string& text, Version version, const Outbound& message) {
    if (version == Version::v2) {
        text += '[';
        text += message.join_ref;
        text += ',';
        text += message.ref;
        text += ',';
        append_topic(text, message);
        text += ',';
        schema::append_string(text, message.event);
        text += ',';
        text += message.payload;
        text += ']';
        return;
    }
    text += R"({"topic":)";
    append_topic(text, message);
    text += R"(,"event":)";
    schema::append_string(text, message.event);
    text += R"(,"payload":)";
    text += message.payload;
    text += R"(,"ref":)";
    text += message.ref;
    text += '}';
}

std::string reply_payload(std::string_view status, std::string_view response) {
    std::string payload = R"({"status":)";
    schema::append_string(payload, status);
    payload += R"(,"response":)";
    payload += response;
    payload += '}';
    return payload;
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
