#include "messages/removal_store.hpp"

namespace roost::messages {
namespace {

const db::Statement unfinished_removal{
    "unfinished_removal",
    "SELECT user_id FROM removed_users WHERE tombstoned_at IS NULL AND user_id > $1 "
    "ORDER BY user_id LIMIT 1"};

const db::Statement finish_removal{"finish_removal",
                                   "UPDATE removed_users SET tombstoned_at = now() WHERE user_id = $1"};

const db::Statement rooms_by_id{"rooms_by_id",
                                "SELECT id, slug FROM rooms WHERE id > $1 ORDER BY id LIMIT $2"};

const db::Statement room_counter{"room_counter",
                                 "SELECT coalesce(max(seq), 0) FROM messages WHERE room_id = $1"};

const db::Statement messages_in_window{
    "messages_in_window",
    "SELECT seq FROM messages WHERE room_id = $1 AND seq BETWEEN $2 AND $3 AND author_id = $4 "
    "ORDER BY seq"};

}  // namespace

Task<std::optional<UserId>> RemovalStore::next_unfinished(UserId after) {
    const auto rows = co_await pool_.query(unfinished_removal, db::params(after));
    if (rows.empty()) co_return std::nullopt;
    co_return UserId(rows.integer(0, 0));
}

Task<void> RemovalStore::mark_finished(UserId author) {
    co_await pool_.query(finish_removal, db::params(author));
}

Task<std::vector<rooms::Room>> RemovalStore::rooms(RoomId after, std::int64_t limit) {
    const auto rows = co_await pool_.query(rooms_by_id, db::params(after, limit));
    std::vector<rooms::Room> found;
    for (int row = 0; row < rows.size(); ++row) {
        auto& room = found.emplace_back();
        room.id = RoomId{rows.integer(row, 0)};
        room.slug = *rooms::RoomSlug::from(std::string(rows.text(row, 1)));
    }
    co_return found;
}

Task<Seq> RemovalStore::counter(RoomId room) {
    const auto rows = co_await pool_.query(room_counter, db::params(room));
    co_return rows.integer(0, 0);
}

Task<std::vector<Seq>> RemovalStore::messages_of(UserId author, Window window) {
    const auto rows =
        co_await pool_.query(messages_in_window, db::params(window.room, window.from, window.to, author));
    std::vector<Seq> places;
    for (int row = 0; row < rows.size(); ++row) places.push_back(rows.integer(row, 0));
    co_return places;
}

}  // namespace roost::messages
