#include "rooms/removed_room_store.hpp"

#include <algorithm>

namespace roost::rooms {
namespace {

constexpr Seq window = 1'000;

constexpr std::int64_t logs_at_once = 5'000;

// From one room's log to the next by the primary key, one look per room, however long the logs are: which of
// the next logs have no room any more. What a snapshot shows of a log has its room in the same snapshot,
// unless that was removed; ids are never given again.
const db::Statement next_logs{
    "next_logs",
    "WITH RECURSIVE logs (room_id, count) AS "
    "((SELECT room_id, 1::bigint FROM messages WHERE room_id > $1 ORDER BY room_id LIMIT 1) UNION ALL "
    "SELECT (SELECT m.room_id FROM messages m WHERE m.room_id > logs.room_id ORDER BY m.room_id LIMIT 1), "
    "count + 1 FROM logs WHERE logs.room_id IS NOT NULL AND count < $2) "
    "SELECT room_id, NOT EXISTS (SELECT FROM rooms WHERE id = room_id) FROM logs WHERE room_id IS NOT NULL "
    "ORDER BY count"};

const db::Statement log_bounds{"log_bounds", "SELECT min(seq), max(seq) FROM messages WHERE room_id = $1"};

const db::Statement erase_window{"erase_window",
                                 "DELETE FROM messages WHERE room_id = $1 AND seq BETWEEN $2 AND $3"};

}  // namespace

Task<std::vector<RoomId>> RemovedRoomStore::find_all() {
    std::vector<RoomId> left;
    RoomId last;
    while (true) {
        const auto rows = co_await pool_->query(next_logs, db::params(last, logs_at_once));
        if (rows.empty()) co_return left;
        for (int row = 0; row < rows.size(); ++row) {
            last = RoomId{rows.integer(row, 0)};
            if (rows.boolean(row, 1)) left.push_back(last);
        }
    }
}

// Again until nothing is left: a post that was under way when the room was removed may come in between.
Task<void> RemovedRoomStore::erase_messages(RoomId room) {
    for (;;) {
        const auto bounds = co_await pool_->query(log_bounds, db::params(room));
        const auto first = bounds.maybe_integer(0, 0);
        if (!first) co_return;
        const auto last = bounds.integer(0, 1);
        for (auto from = *first; from <= last; from += window)
            co_await pool_->query(erase_window, db::params(room, from, std::min(last, from + window - 1)));
    }
}

}  // namespace roost::rooms
