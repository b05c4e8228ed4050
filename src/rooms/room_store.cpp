#include "rooms/room_store.hpp"

namespace roost::rooms {
namespace {

const db::Statement room_by_slug{"room_by_slug", "SELECT id, name, private FROM rooms WHERE slug = $1"};

const db::Statement room_by_id{"room_by_id", "SELECT slug, name, private FROM rooms WHERE id = $1"};

const db::Statement membership{"membership", "SELECT 1 FROM members WHERE room_id = $1 AND user_id = $2"};

}  // namespace

Task<std::optional<Room>> RoomStore::find(RoomSlug slug) {
    const auto rows = co_await pool_.query(room_by_slug, db::params(slug.str()));
    if (rows.empty()) co_return std::nullopt;
    co_return Room{RoomId{rows.integer(0, 0)}, std::move(slug), std::string(rows.text(0, 1)),
                   rows.boolean(0, 2)};
}

Task<std::optional<Room>> RoomStore::find(RoomId id) {
    const auto rows = co_await pool_.query(room_by_id, db::params(id));
    if (rows.empty()) co_return std::nullopt;
    co_return Room{id, *RoomSlug::from(std::string(rows.text(0, 0))), std::string(rows.text(0, 1)),
                   rows.boolean(0, 2)};
}

Task<bool> RoomStore::is_member(RoomId room, UserId user) {
    const auto rows = co_await pool_.query(membership, db::params(room, user));
    co_return !rows.empty();
}

}  // namespace roost::rooms
