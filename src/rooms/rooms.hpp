// Rooms: which there are, who may see, moderate and change them, and how far they have been read.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/member_store.hpp"
#include "rooms/read_mark_store.hpp"
#include "rooms/removed_room_store.hpp"
#include "rooms/room.hpp"
#include "rooms/room_store.hpp"
#include "rooms/room_view_store.hpp"
#include "rooms/room_watches.hpp"

#include <optional>
#include <vector>

namespace roost::rooms {

// One for each core; used there. A private room is its members' alone: for anybody else, an admin too, every
// function fails with room_not_found, as it does for a room that is not there, and after the same work.
// When a change returns, no core remembers the room as it was, and every core was told who lost access
// (RoomWatch::listen). A change fails with not_the_owner for who may see the room and not moderate it; what
// an admin changes for want of an owner is in the audit log.
class Rooms {
public:
    // All outlive this object.
    Rooms(RoomWatches& watches, db::Pool& pool)
        : watches_(watches), rooms_(pool), views_(pool), members_(pool), marks_(pool), removed_(pool) {}

    // The room, if `caller` may read and post in it; nobody is an anonymous caller.
    Task<Result<Room>> find_for(std::optional<UserId> caller, RoomSlug slug);
    // The same by id, as a message's id names it.
    Task<Result<Room>> find_for(std::optional<UserId> caller, RoomId id);
    // The owner; in a room without one, such as the lobby, an admin.
    Task<bool> may_moderate(UserId caller, const Room& room);

    Task<Result<RoomView>> show(std::optional<UserId> caller, RoomSlug slug);
    // The public rooms and the caller's own.
    Task<std::vector<RoomView>> list(UserId caller, RoomSearch search);
    // The owner is a member. Fails with slug_taken; unauthorized: the account is gone.
    Task<Result<RoomView>> create(UserId owner, NewRoom room);
    // A new owner becomes a member. Fails with user_not_found for a new owner who is none; with forbidden
    // when the lobby is to be private.
    Task<Result<RoomView>> change(UserId caller, RoomSlug slug, RoomChange change);
    // Its messages go afterwards, in the background. Fails with forbidden for the lobby.
    Task<Result<None>> remove(UserId caller, RoomSlug slug);
    // Finishes removals that the end of a process cut short: one core does it at the start.
    Task<void> finish_removals();

    // Anybody sees the members of a public room.
    Task<Result<std::vector<Member>>> members(UserId caller, RoomSlug slug, PageOf page);
    // Who is a member stays one. Fails with user_not_found.
    Task<Result<None>> add_member(UserId caller, RoomSlug slug, UserId member);
    // Members may remove themselves; who is no member stays none. Fails with forbidden for the owner.
    Task<Result<None>> remove_member(UserId caller, RoomSlug slug, UserId member);
    // An account is gone, and its rooms have no owner any more.
    Task<void> owner_removed(UserId owner);

    // Up to `seq`; a mark never goes back, nor past the room's counter. Fails with unauthorized: the account
    // is gone.
    Task<Result<None>> mark_read(UserId caller, RoomSlug slug, Seq seq);

private:
    template <class Key>
    Task<Result<Room>> look_up(std::optional<UserId> caller, Key key);

    RoomWatches& watches_;
    RoomStore rooms_;
    RoomViewStore views_;
    MemberStore members_;
    ReadMarkStore marks_;
    RemovedRoomStore removed_;
};

}  // namespace roost::rooms
