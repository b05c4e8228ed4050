// SQL for what a removed room leaves: its messages, which may be too many to go with it.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/room.hpp"

#include <vector>

namespace roost::rooms {

class RemovedRoomStore {
public:
    explicit RemovedRoomStore(db::Pool& pool) : pool_(&pool) {}

    // Rooms that are gone, and have messages still.
    Task<std::vector<RoomId>> find_all();
    // In windows of a thousand, each a transaction of its own.
    Task<void> erase_messages(RoomId room);

private:
    db::Pool* pool_;
};

}  // namespace roost::rooms
