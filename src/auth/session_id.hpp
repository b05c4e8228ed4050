// A session's id (`sid`), a UUID, in 16 bytes: every connection has one.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace roost::auth {

class SessionId {
public:
    // None: of a token that was issued elsewhere, which belongs to no session of ours.
    SessionId() = default;
    // Nothing unless it is a UUID as random_uuid() writes one, and not the nil UUID.
    static std::optional<SessionId> parse(std::string_view text) noexcept;

    [[nodiscard]] bool is_none() const noexcept { return *this == SessionId(); }
    // Empty for none.
    [[nodiscard]] std::string str() const;
    auto operator<=>(const SessionId&) const = default;

private:
    friend struct std::hash<SessionId>;
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace roost::auth

template <>
struct std::hash<roost::auth::SessionId> {
    // Random but for six bits; and they are ours.
    std::size_t operator()(const roost::auth::SessionId& id) const noexcept {
        std::size_t first = 0;
        std::memcpy(&first, id.bytes_.data(), sizeof first);
        return first;
    }
};
