// Rooms as the contract has them.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/text.hpp"
#include "schema/encode.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace roost::rooms {

struct RoomSlugRule {
    static std::optional<TextFault> check(std::string& text);
    static TextForm form();
};
// 1 to 64 of a to z, 0 to 9 and "-". Given to a room for good.
using RoomSlug = TextOf<RoomSlugRule>;

using RoomName = Text<1, 160>;
using SearchText = Text<1, 100>;

struct Room {
    RoomId id;
    RoomSlug slug;
    std::string name;
    bool is_private = false;
    std::optional<UserId> owner = std::nullopt;
};

struct Owner {
    UserId id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Owner, (), (id, name))

// A room as one caller sees it.
struct RoomView {
    RoomSlug slug;
    std::string name;
    bool private_ = false;  // "private" in JSON
    std::optional<Owner> owner;
    Seq seq = 0;  // the room's counter
    // For members and whoever has marked the room as read: how many messages of others, not deleted, came
    // after the mark, among the newest 1,000 places of the log.
    std::optional<std::int64_t> unread;
};
BOOST_DESCRIBE_STRUCT(RoomView, (), (slug, name, private_, owner, seq, unread))

struct NewRoom {
    RoomSlug slug;
    RoomName name;
    bool is_private = false;
};

// What is not given stays as it is.
struct RoomChange {
    std::optional<RoomName> name;
    std::optional<bool> is_private;
    std::optional<UserId> owner;
};

// A page of rooms in the order of their slugs.
struct RoomSearch {
    std::optional<SearchText> q;  // in name or slug; the case of ASCII letters does not count
    std::int64_t limit = 50;
    std::optional<RoomSlug> after;
};

struct Member {
    UserId id;
    std::string name;
    Timestamp inserted_at;  // since when
};
BOOST_DESCRIBE_STRUCT(Member, (), (id, name, inserted_at))

// A page of members in the order of their ids.
struct PageOf {
    std::int64_t limit = 50;
    UserId after;
};

}  // namespace roost::rooms
