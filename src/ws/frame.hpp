// Frames as the server writes them (RFC 6455, section 5): never masked, never fragmented. Writing is apart
// from the payload, so that one encoded payload can be shared by many connections.
#pragma once

#include "ws/close_code.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::ws {

enum class Opcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xA,
};

constexpr bool is_control(Opcode opcode) noexcept {
    return (static_cast<unsigned>(opcode) & 0x8U) != 0;
}

constexpr std::size_t max_control_payload = 125;  // bytes
constexpr std::size_t max_close_reason = 123;     // bytes: a close code takes two

// Bytes of the header in front of a payload of `payload_size` bytes: 2, 4 or 10.
constexpr std::size_t frame_header_size(std::size_t payload_size) noexcept {
    return payload_size <= 125 ? 2 : payload_size <= 0xFFFF ? 4 : 10;
}

// The header of a whole message or control frame. A control frame's payload is at most
// `max_control_payload` bytes.
void append_header(std::string& out, Opcode opcode, std::size_t payload_size);

// The header and the payload.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

// `reason` is UTF-8; what is over `max_close_reason` bytes is cut off between two characters. Without a code
// the frame is empty: the echo of an empty close, and `reason` is left out.
std::string close_frame(std::optional<CloseCode> code, std::string_view reason = {});

// The answer to a ping with this payload.
std::string pong_frame(std::string_view payload);

}  // namespace roost::ws
