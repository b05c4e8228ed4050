// SQL for read marks: up to which place of its log somebody has read a room.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/room.hpp"

namespace roost::rooms {

class ReadMarkStore {
public:
    explicit ReadMarkStore(db::Pool& pool) : pool_(pool) {}

    // Never moves a mark back, nor past the room's counter. Fails with room_not_found; unauthorized: the
    // caller's account is gone.
    Task<Result<None>> advance(UserId caller, RoomSlug slug, Seq seq);

private:
    db::Pool& pool_;
};

}  // namespace roost::rooms
