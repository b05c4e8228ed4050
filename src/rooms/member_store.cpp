#include "rooms/member_store.hpp"

#include "rooms/room_sql.hpp"

namespace roost::rooms {
namespace {

// A row without a member when the page is empty: then the room is there.
const db::Statement list_members{
    "list_members",
    "SELECT page.user_id, page.name, page.inserted_at FROM rooms r LEFT JOIN LATERAL "
    "(SELECT m.user_id, u.name, m.inserted_at FROM members m JOIN users u ON u.id = m.user_id "
    "WHERE m.room_id = r.id AND m.user_id > $3 ORDER BY m.user_id LIMIT $4) AS page ON true "
    "WHERE r.slug = $1 AND " ROOST_ROOM_IS_VISIBLE " ORDER BY page.user_id"};

const db::Statement all_members{"all_members",
                                "SELECT user_id FROM members WHERE room_id = $1 ORDER BY user_id"};

const db::Statement insert_member{
    "insert_member", ROOST_LOCKED_ROOM
    ", joined AS (INSERT INTO members (room_id, user_id) SELECT id, $3 FROM room WHERE moderates "
    "ON CONFLICT DO NOTHING) SELECT id, private, moderates AND owner_id IS NULL, moderates FROM room"};

const db::Statement delete_member{
    "delete_member", ROOST_LOCKED_ROOM
    ", gone AS (DELETE FROM members USING room WHERE room_id = room.id AND user_id = $3 "
    "AND (room.moderates OR user_id = $2) AND user_id IS DISTINCT FROM room.owner_id) "
    "SELECT id, private, moderates AND owner_id IS NULL AND $2 <> $3, moderates OR $2 = $3, "
    "coalesce(owner_id = $3, false) FROM room"};

constexpr int room_id = 0, is_private = 1, by_admin = 2, is_allowed = 3;

MemberStore::Changed changed_in(const db::Rows& rows) {
    return {RoomId{rows.integer(0, room_id)}, rows.boolean(0, is_private), rows.boolean(0, by_admin)};
}

}  // namespace

Task<Result<std::vector<Member>>> MemberStore::list(UserId caller, RoomSlug slug, PageOf page) {
    const auto rows =
        co_await pool_.query(list_members, db::params(slug.str(), caller, page.after, page.limit));
    if (rows.empty()) co_return Problem(Errc::room_not_found);
    constexpr int id = 0, name = 1, inserted_at = 2;
    std::vector<Member> members;
    for (int row = 0; row < rows.size(); ++row)
        if (!rows.is_null(row, id))
            members.push_back({UserId{rows.integer(row, id)}, std::string(rows.text(row, name)),
                               rows.timestamp(row, inserted_at)});
    co_return members;
}

Task<std::vector<UserId>> MemberStore::all(RoomId room) {
    const auto rows = co_await pool_.query(all_members, db::params(room));
    std::vector<UserId> members;
    for (int row = 0; row < rows.size(); ++row) members.emplace_back(rows.integer(row, 0));
    co_return members;
}

Task<Result<MemberStore::Changed>> MemberStore::add(UserId caller, RoomSlug slug, UserId member) {
    try {
        const auto rows = co_await pool_.query(insert_member, db::params(slug.str(), caller, member));
        if (rows.empty()) co_return Problem(Errc::room_not_found);
        if (!rows.boolean(0, is_allowed)) co_return Problem(Errc::not_the_owner);
        co_return changed_in(rows);
    } catch (const db::Error& error) {
        if (error.constraint() != "members_user_id_fkey") throw;
        co_return Problem(Errc::user_not_found);
    }
}

Task<Result<MemberStore::Changed>> MemberStore::remove(UserId caller, RoomSlug slug, UserId member) {
    const auto rows = co_await pool_.query(delete_member, db::params(slug.str(), caller, member));
    constexpr int is_owner = 4;
    if (rows.empty()) co_return Problem(Errc::room_not_found);
    if (!rows.boolean(0, is_allowed)) co_return Problem(Errc::not_the_owner);
    if (rows.boolean(0, is_owner)) co_return Problem(Errc::forbidden);
    co_return changed_in(rows);
}

}  // namespace roost::rooms
