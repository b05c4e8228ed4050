// What the statements about rooms have in common. In all of them $1 is the room's slug (in a list: the slug
// after which it starts) and $2 the caller, null for an anonymous one.
//
// Each operation is one statement, which finds the room and the caller's right to it together: for a room
// that is not there and for a private one of others it gives no row, after the same work.
#pragma once

#include "db/params.hpp"
#include "db/rows.hpp"
#include "rooms/room.hpp"

#include <optional>

namespace roost::rooms {

// Whether the caller is a member of room `r`: true or null. Not EXISTS, for which PostgreSQL may read all
// rooms of the caller.
#define ROOST_CALLER_IS_MEMBER "(SELECT true FROM members WHERE room_id = r.id AND user_id = $2)"

// Of a room `r`. A private room is its members' alone, whatever their role.
#define ROOST_ROOM_IS_VISIBLE "(NOT r.private OR " ROOST_CALLER_IS_MEMBER ")"

// The owner; where there is none, an admin.
#define ROOST_CALLER_MODERATES \
    "coalesce(r.owner_id = $2, (SELECT role = 'admin' FROM users WHERE id = $2), false)"

// The room for a change of it, its owner or its members: one after the other.
#define ROOST_LOCKED_ROOM                                                                    \
    "WITH room AS MATERIALIZED (SELECT r.id, r.private, r.owner_id, " ROOST_CALLER_MODERATES \
    " AS moderates FROM rooms r WHERE r.slug = $1 AND " ROOST_ROOM_IS_VISIBLE " FOR NO KEY UPDATE)"

// The columns of a RoomView, of the rooms in `source`: few, and each row looks for what is its own. An owner
// is a member, also when the same statement has just made it one.
#define ROOST_ROOM_VIEW(source)                                                                             \
    "SELECT r.slug, r.name, r.private, o.id AS owner_id, o.name AS owner_name, counter.seq, "               \
    "CASE WHEN mark.seq IS NOT NULL OR r.owner_id = $2 OR " ROOST_CALLER_IS_MEMBER                          \
    " THEN "                                                                                                \
    "(SELECT count(*) FROM (SELECT FROM messages WHERE room_id = r.id AND target_seq IS NULL "              \
    "AND seq > greatest(coalesce(mark.seq, 0), counter.seq - 1000) AND deleted_at IS NULL "                 \
    "AND author_id IS DISTINCT FROM $2 LIMIT 1000) AS counted) END AS unread "                              \
    "FROM " source                                                                                          \
    " AS r "                                                                                                \
    "LEFT JOIN LATERAL (SELECT id, name FROM users WHERE id = r.owner_id LIMIT 1) AS o ON true "            \
    "LEFT JOIN LATERAL (SELECT seq FROM read_marks WHERE user_id = $2 AND room_id = r.id LIMIT 1) AS mark " \
    "ON true CROSS JOIN LATERAL "                                                                           \
    "(SELECT coalesce(max(seq), 0) AS seq FROM messages WHERE room_id = r.id) AS counter"

// The columns start at `first`.
RoomView room_view_in(const db::Rows& rows, int row, int first);

std::optional<std::int64_t> parameter(std::optional<UserId> user);

}  // namespace roost::rooms
