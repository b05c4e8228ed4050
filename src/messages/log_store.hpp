// SQL that appends to rooms' logs, over one dedicated connection.
#pragma once

#include "core/task.hpp"
#include "db/connection.hpp"
#include "messages/batch.hpp"
#include "messages/entry.hpp"

#include <map>
#include <optional>
#include <vector>

namespace roost::messages {

// Names of the constraints that can refuse an append (migrations/0001_initial).
inline constexpr std::string_view log_key = "messages_pkey";
inline constexpr std::string_view client_id_key = "messages_client_id_key";
inline constexpr std::string_view target_is_earlier = "messages_check";  // a message beyond the log's end
// SQLSTATE of an append whose changes do not find all of their messages: deleted, or not there.
inline constexpr std::string_view target_is_gone = "22012";

// Messages by the index of the batch's row that they belong to.
using MessagesByRow = std::map<std::size_t, Message>;

class LogStore {
public:
    // `writer`: a random number that only rows of this process bear.
    LogStore(db::Connection& connection, std::int64_t writer) : connection_(connection), writer_(writer) {}

    // The counter of each room; 0 for an empty one.
    Task<std::map<RoomId, Seq>> counters(std::vector<RoomId> rooms);
    // All rows and all changes, or nothing, in one trip; gives the changed messages as they are now. Throws
    // db::Error with the constraint that refused a row, or with target_is_gone.
    Task<MessagesByRow> append(const Batch& batch, Timestamp at);
    // True when the row with this number is ours, of the batch appended with this time.
    Task<bool> is_ours(RoomId room, Seq seq, Timestamp at);
    // What is stored under the client ids of the batch's posts.
    Task<MessagesByRow> find_stored(const Batch& batch);
    // The messages that the batch changes, as they are now; those that are there.
    Task<MessagesByRow> find_targets(const Batch& batch);
    // The places of a room's log with from <= seq <= to, in order, without those that are superseded.
    Task<std::vector<Record>> range(rooms::RoomSlug slug, RoomId room, Seq from, Seq to);

private:
    Task<MessagesByRow> look_up(const db::Statement& statement, db::Params wanted, const Batch& batch);

    db::Connection& connection_;
    std::int64_t writer_;
};

}  // namespace roost::messages
