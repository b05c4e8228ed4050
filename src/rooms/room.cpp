#include "rooms/room.hpp"

namespace roost::rooms {

std::optional<TextFault> RoomSlugRule::check(std::string& text) {
    constexpr auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return rules::check_characters(text, 64, allowed, "a to z, 0 to 9 and -");
}

TextForm RoomSlugRule::form() {
    return {1, 64, "^[a-z0-9-]+$", 0};
}

}  // namespace roost::rooms
