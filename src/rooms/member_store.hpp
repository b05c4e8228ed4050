// SQL for the members of rooms.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/room.hpp"

#include <vector>

namespace roost::rooms {

class MemberStore {
public:
    explicit MemberStore(db::Pool& pool) : pool_(pool) {}

    // Fails with room_not_found.
    Task<Result<std::vector<Member>>> list(UserId caller, RoomSlug slug, PageOf page);
    // All of them, in the order of their ids.
    Task<std::vector<UserId>> all(RoomId room);

    struct Changed {
        RoomId room;
        bool room_is_private = false;
        bool by_admin = false;  // for want of an owner
    };
    // A member stays one. Fails with room_not_found, not_the_owner, user_not_found.
    Task<Result<Changed>> add(UserId caller, RoomSlug slug, UserId member);
    // Who is no member stays none. Fails with room_not_found; not_the_owner: neither the owner nor the
    // member; forbidden: it is the owner.
    Task<Result<Changed>> remove(UserId caller, RoomSlug slug, UserId member);

private:
    db::Pool& pool_;
};

}  // namespace roost::rooms
