// Close codes of RFC 6455, section 7.4, and of the registry it opens: those this server sends or meets.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::ws {

// Any other number that a client may send (3000 to 4999 are free for applications) is a value too.
enum class CloseCode : std::uint16_t {
    normal = 1000,  // answered only: a client told 1000 by the server may never reconnect (protocol.md, 54)
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    invalid_data = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    internal_error = 1011,
    service_restart = 1012,
    try_again_later = 1013,
};

// May stand in a close frame on the wire. 1004 to 1006 and 1015 are for reporting only, the rest is
// unassigned.
constexpr bool may_be_received(std::uint16_t code) noexcept {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

// Why the connection must end: the code for the close frame and a reason in words, without anything the
// client sent.
struct Violation {
    CloseCode code;
    std::string_view reason;

    bool operator==(const Violation&) const = default;
};

}  // namespace roost::ws
