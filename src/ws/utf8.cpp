#include "ws/utf8.hpp"

#include <simdjson.h>

namespace roost::ws {

namespace {

// Where the last character of `text` starts if it may go on past the end, else the end.
std::size_t last_boundary(std::string_view text) noexcept {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if (byte >= 0xC0) return text.size() - back;
        if (byte < 0x80) break;
    }
    return text.size();
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text.data(), text.size());
}

bool Utf8Check::feed(std::string_view piece) noexcept {
    while (missing_ > 0 && !piece.empty()) {
        if (!step(static_cast<unsigned char>(piece.front()))) return false;
        piece.remove_prefix(1);
    }
    const auto whole = last_boundary(piece);
    if (!is_utf8(piece.substr(0, whole))) return false;
    for (const char c : piece.substr(whole)) {
        if (!step(static_cast<unsigned char>(c))) return false;
    }
    return true;
}

bool Utf8Check::step(unsigned char byte) noexcept {
    if (missing_ > 0) {
        if (byte < low_ || byte > high_) return false;
        low_ = 0x80;
        high_ = 0xBF;
        --missing_;
        return true;
    }
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false;  // a continuation, an overlong form, over U+10FFFF
    missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    if (byte == 0xE0) low_ = 0xA0;   // else overlong
    if (byte == 0xED) high_ = 0x9F;  // else a surrogate
    if (byte == 0xF0) low_ = 0x90;   // else overlong
    if (byte == 0xF4) high_ = 0x8F;  // else over U+10FFFF
    return true;
}

}  // namespace roost::ws
