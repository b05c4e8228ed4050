#include "messages/message_store.hpp"

#include "messages/message_rows.hpp"

#include <limits>

namespace roost::messages {
namespace {

// The counter comes with every row, and alone when there is none: one statement is one snapshot.
#define PAGE(condition, order)                                                                           \
    "SELECT counter.seq, " ROOST_MESSAGE_COLUMNS                                                         \
    " FROM (SELECT coalesce(max(seq), 0) AS seq FROM messages WHERE room_id = $1) AS counter "           \
    "LEFT JOIN LATERAL (SELECT * FROM messages WHERE room_id = $1 AND target_seq IS NULL AND " condition \
    " ORDER BY seq " order " LIMIT $3) AS m ON true ORDER BY m.seq"

const db::Statement page_before{"page_before", PAGE("seq < $2", "DESC")};
const db::Statement page_after{"page_after", PAGE("seq > $2", "ASC")};

const db::Statement message_at{
    "message_at", "SELECT " ROOST_MESSAGE_COLUMNS
                  " FROM messages m WHERE m.room_id = $1 AND m.seq = $2 AND m.target_seq IS NULL"};

}  // namespace

Task<Page> MessageStore::page(rooms::Room room, PageBounds bounds) {
    const auto& statement = bounds.after ? page_after : page_before;
    const auto edge =
        bounds.after ? *bounds.after : bounds.before.value_or(std::numeric_limits<std::int64_t>::max());
    const auto rows = co_await pool_.query(statement, db::params(room.id, edge, bounds.limit));
    constexpr int counter = 0, id = 1;
    Page page{.messages = {}, .seq = rows.integer(0, counter)};
    for (int row = 0; row < rows.size(); ++row)
        if (!rows.is_null(row, id)) page.messages.push_back(message_in(rows, row, id, room.slug));
    co_return page;
}

Task<std::optional<Message>> MessageStore::find(rooms::Room room, Seq seq) {
    const auto rows = co_await pool_.query(message_at, db::params(room.id, seq));
    if (rows.empty()) co_return std::nullopt;
    co_return message_in(rows, 0, 0, room.slug);
}

}  // namespace roost::messages
