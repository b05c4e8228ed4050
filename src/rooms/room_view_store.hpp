// SQL that shows rooms to a caller, with their counters and what is unread.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/room.hpp"

#include <optional>
#include <vector>

namespace roost::rooms {

class RoomViewStore {
public:
    explicit RoomViewStore(db::Pool& pool) : pool_(pool) {}

    Task<std::optional<RoomView>> find(std::optional<UserId> caller, RoomSlug slug);
    // One statement, however many rooms.
    Task<std::vector<RoomView>> list(UserId caller, RoomSearch search);

private:
    db::Pool& pool_;
};

}  // namespace roost::rooms
