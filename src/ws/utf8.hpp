// UTF-8 (RFC 3629): whole texts, and texts that arrive in pieces.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::ws {

// `text` is whole and valid.
bool is_utf8(std::string_view text) noexcept;

// Checks a text piece by piece and refuses it at the first byte that no valid text could have there: an
// overlong form, a surrogate or a number over U+10FFFF is known from the character's second byte.
// Three bytes of state.
class Utf8Check {
public:
    // False at the first bad byte; the check is of no further use then.
    bool feed(std::string_view piece) noexcept;
    // The text fed so far does not end inside a character.
    [[nodiscard]] bool is_complete() const noexcept { return missing_ == 0; }

private:
    bool step(unsigned char byte) noexcept;

    std::uint8_t missing_ = 0;  // bytes until the character ends
    std::uint8_t low_ = 0x80;   // the next byte is between these
    std::uint8_t high_ = 0xBF;
};

}  // namespace roost::ws
