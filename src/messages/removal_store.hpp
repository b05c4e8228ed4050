// SQL that finds what removed accounts leave behind: which are not done yet, and their messages, window by
// window of a room's log.
#pragma once

#include "core/task.hpp"
#include "db/pool.hpp"
#include "messages/message.hpp"
#include "rooms/room.hpp"

#include <optional>
#include <vector>

namespace roost::messages {

// A part of a room's log, both ends in it.
struct Window {
    RoomId room;
    Seq from = 0;
    Seq to = 0;
};

class RemovalStore {
public:
    explicit RemovalStore(db::Pool& pool) : pool_(pool) {}

    // The next removed account, by id, whose messages are not all tombstones.
    Task<std::optional<UserId>> next_unfinished(UserId after);
    Task<void> mark_finished(UserId author);

    // The next rooms by id, at most `limit`; nothing but ids and slugs.
    Task<std::vector<rooms::Room>> rooms(RoomId after, std::int64_t limit);
    // The room's counter.
    Task<Seq> counter(RoomId room);
    // The author's messages, tombstones among them.
    Task<std::vector<Seq>> messages_of(UserId author, Window window);

private:
    db::Pool& pool_;
};

}  // namespace roost::messages
