// Any bytes as a frame from a client. What is taken from a frame and sent on makes a frame that says the
// same.
#include "channels/serializer.hpp"
#include "schema/json_value.hpp"
#include "ws/frame.hpp"

#include <cassert>
#include <functional>

namespace roost {
namespace {

bool is_inside(std::string_view part, std::string_view whole) {
    return std::less_equal{}(whole.data(), part.data()) &&
           std::less_equal{}(part.data() + part.size(), whole.data() + whole.size());
}

// The payload of a frame as a server writes it.
std::string_view without_header(std::string_view frame) {
    for (const std::size_t header : {2U, 4U, 10U})
        if (ws::frame_header_size(frame.size() - header) == header) return frame.substr(header);
    return {};
}

}  // namespace

void fuzz(std::string_view input) {
    const auto decoded = channels::decode_v2(input);
    if (!decoded) {
        assert(decoded.error().errc() == Errc::malformed_json);
        return;
    }
    for (const auto part : {decoded->join_ref, decoded->ref, decoded->payload})
        assert(!part.empty() && is_inside(part, input));
    const auto frame = channels::encode_v2({.join_ref = decoded->join_ref,
                                            .ref = decoded->ref,
                                            .topic = decoded->topic,
                                            .event = decoded->event,
                                            .payload = decoded->payload});
    const std::string topic(decoded->topic);
    const std::string event(decoded->event);

    const auto again = channels::decode_v2(without_header(frame->view()));
    assert(again);
    assert(again->join_ref == decoded->join_ref && again->ref == decoded->ref);
    assert(again->topic == topic && again->event == event);
    assert(again->payload == decoded->payload && schema::parse_json(again->payload));
}

}  // namespace roost
