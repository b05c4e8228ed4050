// Rooms: which exist, and who may see them.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rooms/room.hpp"
#include "rooms/room_store.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace roost::rooms {

// One for each core; used there. A room that was found is remembered for a few seconds.
class Rooms {
public:
    explicit Rooms(db::Pool& pool) : store_(pool) {}

    // The room, if `caller` may read and post in it; nobody is an anonymous caller. Fails with room_not_found
    // for a room that does not exist and for a private one of others alike.
    Task<Result<Room>> find_for(std::optional<UserId> caller, RoomSlug slug);
    // The same by id, as a message's id names it.
    Task<Result<Room>> find_for(std::optional<UserId> caller, RoomId id);

private:
    struct Remembered {
        Room room;
        Clock::time_point until;
    };
    Task<std::optional<Room>> find(RoomSlug slug);

    RoomStore store_;
    std::unordered_map<std::string, Remembered> remembered_;
};

}  // namespace roost::rooms
