// Rooms as the contract has them.
#pragma once

#include "core/ids.hpp"
#include "core/text.hpp"

#include <optional>
#include <string>

namespace roost::rooms {

struct RoomSlugRule {
    static std::optional<TextFault> check(std::string& text);
};
// 1 to 64 of a to z, 0 to 9 and "-". Given to a room for good.
using RoomSlug = TextOf<RoomSlugRule>;

struct Room {
    RoomId id;
    RoomSlug slug;
    std::string name;
    bool is_private = false;
};

}  // namespace roost::rooms
