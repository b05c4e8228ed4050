// SQL that reads rooms' logs.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "messages/message.hpp"
#include "rooms/room.hpp"

namespace roost::messages {

class MessageStore {
public:
    explicit MessageStore(db::Pool& pool) : pool_(pool) {}

    // One snapshot: no message up to the page's `seq` that belongs in it is missing.
    Task<Page> page(rooms::Room room, PageBounds bounds);

private:
    db::Pool& pool_;
};

}  // namespace roost::messages
