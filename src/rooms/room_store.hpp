// SQL for rooms: which there are, and their changes.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"
#include "rooms/room.hpp"

#include <optional>

namespace roost::rooms {

class RoomStore {
public:
    explicit RoomStore(db::Pool& pool) : pool_(pool) {}

    // The room, if it is public or the caller's.
    Task<std::optional<Room>> find(std::optional<UserId> caller, RoomSlug slug);
    Task<std::optional<Room>> find(std::optional<UserId> caller, RoomId id);
    // As the owner will see it. Fails with slug_taken; unauthorized: the owner's account is gone.
    Task<Result<RoomView>> insert(UserId owner, NewRoom room);

    struct Changed {
        RoomId id;
        bool by_admin = false;  // for want of an owner
        RoomView view;
    };
    // Fails with room_not_found, not_the_owner; user_not_found: the new owner.
    Task<Result<Changed>> update(UserId caller, RoomSlug slug, RoomChange change);
    struct Removed {
        RoomId id;
        bool by_admin = false;
    };
    // Fails with room_not_found, not_the_owner.
    Task<Result<Removed>> remove(UserId caller, RoomSlug slug);

    Task<bool> is_admin(UserId user);

    // See db::Pool.
    [[nodiscard]] bool is_late() const { return pool_.is_late(); }

private:
    db::Pool& pool_;
};

}  // namespace roost::rooms
