#include "channels/encoding.hpp"

#include "channels/binary_frames.hpp"
#include "ws/deflated_frame.hpp"

namespace roost::channels {
namespace {

constexpr unsigned v1_bit = 1, prefix_bit = 2, deflate_bit = 4;
static_assert((v1_bit | prefix_bit | deflate_bit) < pubsub::encodings);

SharedBytesPtr frame(Encoding encoding, ws::Opcode opcode, std::string_view payload) {
    if (encoding.is_deflated) return share(ws::deflated_frame(opcode, payload));
    std::string header;
    ws::append_header(header, opcode, payload.size());
    return share(header, payload);
}

}  // namespace

pubsub::Encoding Encoding::number() const noexcept {
    return static_cast<pubsub::Encoding>((version == Version::v1 ? v1_bit : 0U) |
                                         (is_prefixed ? prefix_bit : 0U) | (is_deflated ? deflate_bit : 0U));
}

Encoding Encoding::of(pubsub::Encoding number) noexcept {
    return {.version = (number & v1_bit) != 0 ? Version::v1 : Version::v2,
            .is_prefixed = (number & prefix_bit) != 0,
            .is_deflated = (number & deflate_bit) != 0};
}

SharedBytesPtr text_frame(Encoding encoding, Outbound message) {
    thread_local std::string text;
    text.clear();
    if (encoding.is_prefixed) message.topic_prefix = realtime_prefix;
    append(text, encoding.version, message);
    return frame(encoding, ws::Opcode::text, text);
}

SharedBytesPtr binary_frame(Encoding encoding, std::string_view payload) {
    return frame(encoding, ws::Opcode::binary, payload);
}

pubsub::FramePtr encode_broadcast(const pubsub::Publication& publication, pubsub::Encoding number) {
    const auto encoding = Encoding::of(number);
    if (!publication.is_binary)
        return text_frame(
            encoding,
            {.topic = publication.topic, .event = publication.event, .payload = publication.payload});
    if (encoding.version == Version::v1) return nullptr;
    const auto topic = std::string(encoding.is_prefixed ? realtime_prefix : "") + publication.topic;
    return binary_frame(encoding, encode(BinaryBroadcast{topic, publication.event}, publication.payload));
}

}  // namespace roost::channels
