#include "ws/frame.hpp"

#include <cassert>

namespace roost::ws {

namespace {

void append_big_endian(std::string& out, std::uint64_t number, unsigned bytes) {
    while (bytes-- > 0) out.push_back(static_cast<char>((number >> (8 * bytes)) & 0xFFU));
}

// The longest beginning of at most `most` bytes that does not end inside a character.
std::string_view cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    return text.substr(0, most);
}

}  // namespace

void append_header(std::string& out, Opcode opcode, std::size_t payload_size) {
    assert(!is_control(opcode) || payload_size <= max_control_payload);
    out.push_back(static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
    switch (frame_header_size(payload_size)) {
        case 2: out.push_back(static_cast<char>(payload_size)); break;
        case 4:
            out.push_back(126);
            append_big_endian(out, payload_size, 2);
            break;
        default: out.push_back(127); append_big_endian(out, payload_size, 8);
    }
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_header(out, opcode, payload.size());
    out.append(payload);
}

std::string close_frame(std::optional<CloseCode> code, std::string_view reason) {
    std::string payload;
    if (code) {
        append_big_endian(payload, static_cast<std::uint16_t>(*code), 2);
        payload.append(cut(reason, max_close_reason));
    }
    std::string frame;
    append_frame(frame, Opcode::close, payload);
    return frame;
}

std::string pong_frame(std::string_view payload) {
    std::string frame;
    append_frame(frame, Opcode::pong, payload);
    return frame;
}

}  // namespace roost::ws
