// SQL that appends to rooms' logs, over one dedicated connection.
#pragma once

#include "core/task.hpp"
#include "db/connection.hpp"
#include "messages/batch.hpp"
#include "messages/message.hpp"

#include <map>
#include <optional>
#include <vector>

namespace roost::messages {

// Names of the constraints that can refuse an append (migrations/0001_initial).
inline constexpr std::string_view log_key = "messages_pkey";
inline constexpr std::string_view client_id_key = "messages_client_id_key";

class LogStore {
public:
    // `writer`: a random number that only rows of this process bear.
    LogStore(db::Connection& connection, std::int64_t writer) : connection_(connection), writer_(writer) {}

    // The counter of each room; 0 for an empty one.
    Task<std::map<RoomId, Seq>> counters(std::vector<RoomId> rooms);
    // All rows or none. Throws db::Error with the constraint that refused them.
    Task<void> insert(const Batch& batch, Timestamp at);
    // True when the row with this number is ours, of the batch inserted with this time.
    Task<bool> is_ours(RoomId room, Seq seq, Timestamp at);
    // What is stored under the client ids of the batch's rows: by row index.
    Task<std::map<std::size_t, Message>> find_stored(const Batch& batch);
    // Messages of a room with from <= seq <= to, in order.
    Task<std::vector<Message>> range(rooms::RoomSlug slug, RoomId room, Seq from, Seq to);

private:
    db::Connection& connection_;
    std::int64_t writer_;
};

}  // namespace roost::messages
