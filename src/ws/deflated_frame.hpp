// Compressed messages as the server writes them (RFC 7692, section 7.2.1): each for itself, so that one frame
// serves every connection that agreed on permessage-deflate.
#pragma once

#include "ws/frame.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::ws {

// RSV1 in the first byte of a data message's first frame: its payload is compressed.
inline constexpr unsigned compressed_bit = 0x40;

// Payloads of fewer bytes go out as they are. Measured on channel messages, each compressed for itself: 95
// bytes become 81 in 3.4 µs, 127 become 98 in 3.7 µs, 571 become 344 in 11 µs.
inline constexpr std::size_t least_deflated_payload = 128;

// The whole frame of a text or binary message, header included: compressed, or as append_frame() makes it
// when the payload is short or does not get smaller. Each thread keeps 260 KiB for it from the first call on.
std::string deflated_frame(Opcode opcode, std::string_view payload);

}  // namespace roost::ws
