#include "rooms/room_store.hpp"

#include "rooms/room_sql.hpp"

namespace roost::rooms {
namespace {

#define FIND_ROOM(condition)                                           \
    "SELECT r.id, r.slug, r.name, r.private, r.owner_id FROM rooms r " \
    "WHERE " condition " AND " ROOST_ROOM_IS_VISIBLE

const db::Statement room_by_slug{"room_by_slug", FIND_ROOM("r.slug = $1")};
const db::Statement room_by_id{"room_by_id", FIND_ROOM("r.id = $1")};

const db::Statement insert_room{
    "insert_room",
    "WITH made AS (INSERT INTO rooms (slug, name, private, owner_id) VALUES ($1, $3, $4, $2) RETURNING *), "
    "joined AS (INSERT INTO members (room_id, user_id) SELECT id, owner_id FROM made) "  //
    ROOST_ROOM_VIEW("made")};

const db::Statement update_room{
    "update_room", ROOST_LOCKED_ROOM
    ", changed AS (UPDATE rooms SET name = coalesce($3, name), private = coalesce($4, rooms.private), "
    "owner_id = coalesce($5, rooms.owner_id), updated_at = now() "
    "FROM room WHERE rooms.id = room.id AND room.moderates RETURNING rooms.*), "
    "joined AS (INSERT INTO members (room_id, user_id) SELECT id, $5 FROM changed WHERE $5 IS NOT NULL "
    "ON CONFLICT DO NOTHING) "
    "SELECT room.id, room.owner_id IS NULL, view.* FROM room LEFT JOIN (" ROOST_ROOM_VIEW(
        "changed") ") AS view ON true"};

const db::Statement delete_room{
    "delete_room", ROOST_LOCKED_ROOM
    ", gone AS (DELETE FROM rooms USING room WHERE rooms.id = room.id AND room.moderates) "
    "SELECT id, owner_id IS NULL, moderates FROM room"};

const db::Statement caller_is_admin{"caller_is_admin", "SELECT FROM users WHERE id = $1 AND role = 'admin'"};

std::optional<Room> room_in(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    Room room{.id = RoomId{rows.integer(0, 0)},
              .slug = *RoomSlug::from(std::string(rows.text(0, 1))),
              .name = std::string(rows.text(0, 2)),
              .is_private = rows.boolean(0, 3)};
    if (const auto owner = rows.maybe_integer(0, 4)) room.owner = UserId{*owner};
    return room;
}

bool is_of_users(const db::Error& error) {
    return error.constraint() == "rooms_owner_id_fkey" || error.constraint() == "members_user_id_fkey";
}

}  // namespace

Task<std::optional<Room>> RoomStore::find(std::optional<UserId> caller, RoomSlug slug) {
    const auto rows = co_await pool_.query(room_by_slug, db::params(slug.str(), parameter(caller)));
    co_return room_in(rows);
}

Task<std::optional<Room>> RoomStore::find(std::optional<UserId> caller, RoomId id) {
    const auto rows = co_await pool_.query(room_by_id, db::params(id, parameter(caller)));
    co_return room_in(rows);
}

Task<Result<RoomView>> RoomStore::insert(UserId owner, NewRoom room) {
    try {
        const auto rows = co_await pool_.query(
            insert_room, db::params(room.slug.str(), owner, room.name.str(), room.is_private));
        co_return room_view_in(rows, 0, 0);
    } catch (const db::Error& error) {
        if (is_of_users(error)) co_return Problem(Errc::unauthorized);
        if (error.constraint() != "rooms_slug_key") throw;
        co_return Problem(Errc::slug_taken);
    }
}

Task<Result<RoomStore::Changed>> RoomStore::update(UserId caller, RoomSlug slug, RoomChange change) {
    std::optional<std::string_view> name;
    if (change.name) name = change.name->str();
    try {
        const auto rows = co_await pool_.query(
            update_room, db::params(slug.str(), caller, name, change.is_private, parameter(change.owner)));
        constexpr int id = 0, has_no_owner = 1, view = 2;
        if (rows.empty()) co_return Problem(Errc::room_not_found);
        if (rows.is_null(0, view)) co_return Problem(Errc::not_the_owner);
        Changed changed{RoomId{rows.integer(0, id)}, rows.boolean(0, has_no_owner),
                        room_view_in(rows, 0, view)};
        co_return changed;
    } catch (const db::Error& error) {
        if (!is_of_users(error)) throw;
        co_return Problem(Errc::user_not_found);
    }
}

Task<Result<RoomStore::Removed>> RoomStore::remove(UserId caller, RoomSlug slug) {
    const auto rows = co_await pool_.query(delete_room, db::params(slug.str(), caller));
    constexpr int id = 0, has_no_owner = 1, moderates = 2;
    if (rows.empty()) co_return Problem(Errc::room_not_found);
    if (!rows.boolean(0, moderates)) co_return Problem(Errc::not_the_owner);
    co_return Removed{RoomId{rows.integer(0, id)}, rows.boolean(0, has_no_owner)};
}

Task<bool> RoomStore::is_admin(UserId user) {
    const auto rows = co_await pool_.query(caller_is_admin, db::params(user));
    co_return !rows.empty();
}

}  // namespace roost::rooms
