#include "rooms/room_view_store.hpp"

#include "rooms/room_sql.hpp"

namespace roost::rooms {
namespace {

const db::Statement show_room{
    "show_room",
    ROOST_ROOM_VIEW("(SELECT r.* FROM rooms r WHERE r.slug = $1 AND " ROOST_ROOM_IS_VISIBLE ")")};

// strpos() and not LIKE: it knows no wildcards. It finds the empty text everywhere.
#define IS_WANTED "r.slug > $1 AND (strpos(r.slug, lower($3)) > 0 OR strpos(lower(r.name), lower($3)) > 0)"

// The public ones and the caller's apart: neither many private rooms of others nor many of its own are in the
// way of the other kind.
const db::Statement list_rooms{
    "list_rooms",
    ROOST_ROOM_VIEW("((SELECT r.* FROM rooms r WHERE NOT r.private AND " IS_WANTED
                    " ORDER BY r.slug LIMIT $4) "
                    "UNION ALL (SELECT r.* FROM members m JOIN rooms r ON r.id = m.room_id "
                    "WHERE m.user_id = $2 AND r.private AND " IS_WANTED " ORDER BY r.slug LIMIT $4) "
                    "ORDER BY slug LIMIT $4)") " ORDER BY r.slug"};

}  // namespace

Task<std::optional<RoomView>> RoomViewStore::find(std::optional<UserId> caller, RoomSlug slug) {
    const auto rows = co_await pool_.query(show_room, db::params(slug.str(), parameter(caller)));
    if (rows.empty()) co_return std::nullopt;
    co_return room_view_in(rows, 0, 0);
}

Task<std::vector<RoomView>> RoomViewStore::list(UserId caller, RoomSearch search) {
    const auto after = search.after.value_or(RoomSlug()).str();
    const auto wanted = search.q.value_or(SearchText()).str();
    const auto rows = co_await pool_.query(list_rooms, db::params(after, caller, wanted, search.limit));
    std::vector<RoomView> views;
    for (int row = 0; row < rows.size(); ++row) views.push_back(room_view_in(rows, row, 0));
    co_return views;
}

}  // namespace roost::rooms
