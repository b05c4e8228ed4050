// SQL that reads rooms' logs.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "messages/message.hpp"
#include "rooms/room.hpp"

#include <optional>
#include <vector>

namespace roost::messages {

class MessageStore {
public:
    explicit MessageStore(db::Pool& pool) : pool_(pool) {}

    // One snapshot: no message up to the page's `seq` that belongs in it is missing.
    Task<Page> page(rooms::Room room, PageBounds bounds);
    // The messages that changed behind `floor`, in the order of changed_seq, in one snapshot.
    struct Changes {
        std::vector<Message> messages;
        Seq floor = 0;  // not below what was asked for
        Seq seq = 0;    // the room's counter
    };
    // Behind `place` and some places in front of it, or if that is more than most_missed + 1 of them, or
    // farther than most_missed_places behind the counter, the newest. Of a place that the room never had:
    // all.
    Task<Changes> changes(rooms::Room room, Seq place);
    // The message at that place of the room, a deleted one too.
    Task<std::optional<Message>> find(rooms::Room room, Seq seq);

private:
    Task<db::Rows> read(const db::Statement& statement, db::Params params);

    db::Pool& pool_;
};

}  // namespace roost::messages
