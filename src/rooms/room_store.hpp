// SQL for rooms and members.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/room.hpp"

#include <optional>

namespace roost::rooms {

class RoomStore {
public:
    explicit RoomStore(db::Pool& pool) : pool_(pool) {}

    Task<std::optional<Room>> find(RoomSlug slug);
    Task<std::optional<Room>> find(RoomId id);
    Task<bool> is_member(RoomId room, UserId user);

private:
    db::Pool& pool_;
};

}  // namespace roost::rooms
