// Base64 (RFC 4648) as the handshake meets it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace roost::ws {

// Standard alphabet, padded.
std::string encode_base64(std::span<const unsigned char> bytes);

// Accepts both alphabets, also mixed, with the padding whole or left out. Nothing for any other character,
// a length that no bytes have, or padding anywhere but at the end.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace roost::ws
