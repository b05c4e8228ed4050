#include "auth/session_id.hpp"

#include "auth/random.hpp"

#include <fmt/format.h>

namespace roost::auth {
namespace {

// Of a lower-case hexadecimal digit.
std::uint8_t value_of(char digit) noexcept {
    return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

std::optional<SessionId> SessionId::parse(std::string_view text) noexcept {
    if (!is_uuid(text)) return std::nullopt;
    SessionId id;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '-') continue;
        auto& byte = id.bytes_[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4U | value_of(c));
    }
    return id.is_none() ? std::nullopt : std::optional(id);
}

std::string SessionId::str() const {
    std::string text;
    if (is_none()) return text;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", bytes_[i]);
    }
    return text;
}

}  // namespace roost::auth
