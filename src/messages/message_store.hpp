// SQL that reads rooms' logs.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "messages/message.hpp"
#include "rooms/room.hpp"

#include <optional>

namespace roost::messages {

class MessageStore {
public:
    explicit MessageStore(db::Pool& pool) : pool_(pool) {}

    // One snapshot: no message up to the page's `seq` that belongs in it is missing.
    Task<Page> page(rooms::Room room, PageBounds bounds);
    // The message at that place of the room, a deleted one too.
    Task<std::optional<Message>> find(rooms::Room room, Seq seq);

private:
    db::Pool& pool_;
};

}  // namespace roost::messages
