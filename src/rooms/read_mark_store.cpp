#include "rooms/read_mark_store.hpp"

#include "rooms/room_sql.hpp"

namespace roost::rooms {
namespace {

const db::Statement advance_read_mark{
    "advance_read_mark",
    "WITH room AS (SELECT r.id FROM rooms r WHERE r.slug = $1 AND " ROOST_ROOM_IS_VISIBLE
    "), "
    "marked AS (INSERT INTO read_marks (user_id, room_id, seq) "
    "SELECT $2, id, least($3, coalesce((SELECT max(seq) FROM messages WHERE room_id = room.id), 0)) FROM "
    "room "
    "ON CONFLICT (user_id, room_id) DO UPDATE SET seq = excluded.seq, updated_at = now() "
    "WHERE read_marks.seq < excluded.seq) SELECT FROM room"};

}  // namespace

Task<Result<None>> ReadMarkStore::advance(UserId caller, RoomSlug slug, Seq seq) {
    try {
        const auto rows = co_await pool_.query(advance_read_mark, db::params(slug.str(), caller, seq));
        if (rows.empty()) co_return Problem(Errc::room_not_found);
        co_return None{};
    } catch (const db::Error& error) {
        if (error.constraint() == "read_marks_user_id_fkey") co_return Problem(Errc::unauthorized);
        if (error.constraint() == "read_marks_room_id_fkey") co_return Problem(Errc::room_not_found);
        throw;
    }
}

}  // namespace roost::rooms
