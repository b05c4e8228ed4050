// Any bytes as a frame from a client: the first says of which version and in which kind of frame. What is
// taken from a frame and sent on makes a frame that says the same.
#include "channels/binary_frames.hpp"
#include "channels/serializer.hpp"
#include "schema/json_value.hpp"

#include <cassert>
#include <string>

namespace roost {
namespace {

using channels::Inbound;
using channels::Version;

// What an Inbound shows, owned.
struct Said {
    explicit Said(const Inbound& in)
        : join_ref(in.join_ref), ref(in.ref), topic(in.topic), event(in.event), payload(in.payload) {}
    std::string join_ref, ref, topic, event, payload;
    bool operator==(const Said&) const = default;
};

void check_text(Version version, const Said& said) {
    for (const auto& ref : {said.join_ref, said.ref}) assert(schema::parse_json(ref));
    assert(schema::parse_json(said.payload));
    std::string frame;
    channels::append(frame, version,
                     {.join_ref = said.join_ref,
                      .ref = said.ref,
                      .topic = said.topic,
                      .event = said.event,
                      .payload = said.payload});
    const auto again = channels::decode(version, ws::Opcode::text, frame);
    assert(again);
    auto expected = said;
    if (version == Version::v1) expected.join_ref = channels::null_ref;  // it is never written
    assert(Said(*again) == expected);
}

void check_binary(const Said& said) {
    assert(schema::parse_json(said.join_ref) && schema::parse_json(said.ref));
    const auto join_ref = channels::plain_ref(said.join_ref);
    assert(join_ref.size() <= channels::most_field_bytes && said.topic.size() <= channels::most_field_bytes);
    const auto push = channels::encode(channels::BinaryPush{join_ref, said.topic, said.event}, said.payload);
    // A push of ours has no ref; with an empty one put in, it is a client's.
    auto as_client = push;
    as_client.insert(2, 1, '\0');
    const auto again = channels::decode_binary(as_client);
    assert(again);
    auto expected = said;
    expected.ref = channels::null_ref;
    assert(Said(*again) == expected);
}

}  // namespace

void fuzz(std::string_view input) {
    if (input.empty()) return;
    const auto mode = static_cast<unsigned char>(input.front());
    const auto version = (mode & 1U) != 0 ? Version::v1 : Version::v2;
    const auto opcode = (mode & 2U) != 0 ? ws::Opcode::binary : ws::Opcode::text;
    const auto inbound = channels::decode(version, opcode, input.substr(1));
    if (!inbound) {
        assert(inbound.error().errc() == Errc::malformed_json);
        return;
    }
    const Said said(*inbound);
    if (inbound->is_binary) check_binary(said);
    else check_text(version, said);
}

}  // namespace roost
