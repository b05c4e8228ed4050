#include "messages/message_store.hpp"

#include "messages/along_the_key.hpp"
#include "messages/message_rows.hpp"
#include "messages/room_view.hpp"

#include <limits>

namespace roost::messages {
namespace {

// The counter comes with every row, and alone when there is none: one statement is one snapshot.
#define COUNTER "(SELECT coalesce(max(seq), 0) AS seq FROM messages WHERE room_id = $1) AS counter"

#define PAGE(condition, order)                                                                            \
    "SELECT counter.seq, " ROOST_MESSAGE_COLUMNS " FROM " COUNTER                                         \
    " LEFT JOIN LATERAL (SELECT * FROM messages WHERE room_id = $1 AND target_seq IS NULL AND " condition \
    " ORDER BY seq " order " LIMIT $3) AS m ON true ORDER BY m.seq"

const db::Statement page_before{"page_before", PAGE("seq < $2", "DESC")};
const db::Statement page_after{"page_after", PAGE("seq > $2", "ASC")};

// Place by place from the end: at each the message that was posted or changed there, if that was its last
// change.
const db::Statement changes_behind{
    "changes_behind",
    "SELECT counter.seq, counter.floor, " ROOST_MESSAGE_COLUMNS
    " FROM (SELECT seq, greatest(CASE WHEN $2 > seq THEN 0 ELSE $2 - $5 END, seq - $3, 0) AS floor "
    "FROM " COUNTER
    ") AS counter LEFT JOIN LATERAL (SELECT changed.* FROM messages place JOIN messages changed "
    "ON changed.room_id = place.room_id AND changed.seq = coalesce(place.target_seq, place.seq) "
    "WHERE place.room_id = $1 AND place.seq > counter.floor AND changed.changed_seq = place.seq "
    "ORDER BY place.seq DESC LIMIT $4) AS m ON true ORDER BY m.changed_seq"};

const db::Statement message_at{
    "message_at", "SELECT " ROOST_MESSAGE_COLUMNS
                  " FROM messages m WHERE m.room_id = $1 AND m.seq = $2 AND m.target_seq IS NULL"};

constexpr std::int64_t most_changes = most_missed + 1;  // one more tells that there are more
// Those who come back after a restart were not all gone for equally long: one reading serves the next, too.
constexpr std::int64_t places_in_front = 200;

}  // namespace

Task<db::Rows> MessageStore::read(const db::Statement& statement, db::Params params) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&along_the_key, db::Params()});
    steps.push_back({&statement, std::move(params)});
    auto results = co_await pool_.transaction(std::move(steps));
    co_return std::move(results.back());
}

Task<Page> MessageStore::page(rooms::Room room, PageBounds bounds) {
    const auto& statement = bounds.after ? page_after : page_before;
    const auto edge =
        bounds.after ? *bounds.after : bounds.before.value_or(std::numeric_limits<std::int64_t>::max());
    const auto rows = co_await read(statement, db::params(room.id, edge, bounds.limit));
    constexpr int counter = 0, id = 1;
    Page page{.messages = {}, .seq = rows.integer(0, counter)};
    for (int row = 0; row < rows.size(); ++row)
        if (!rows.is_null(row, id)) page.messages.push_back(message_in(rows, row, id, room.slug));
    co_return page;
}

Task<MessageStore::Changes> MessageStore::changes(rooms::Room room, Seq place) {
    const auto rows = co_await read(
        changes_behind, db::params(room.id, place, most_missed_places, most_changes, places_in_front));
    constexpr int counter = 0, floor = 1, id = 2;
    Changes changes{.messages = {}, .floor = rows.integer(0, floor), .seq = rows.integer(0, counter)};
    for (int row = 0; row < rows.size(); ++row)
        if (!rows.is_null(row, id)) changes.messages.push_back(message_in(rows, row, id, room.slug));
    if (std::ssize(changes.messages) == most_changes)
        changes.floor = changes.messages.front().changed_seq - 1;
    co_return changes;
}

Task<std::optional<Message>> MessageStore::find(rooms::Room room, Seq seq) {
    const auto rows = co_await pool_.query(message_at, db::params(room.id, seq));
    if (rows.empty()) co_return std::nullopt;
    co_return message_in(rows, 0, 0, room.slug);
}

}  // namespace roost::messages
