// Every core's watch, and the way of news about rooms to all of them.
#pragma once

#include "core/task.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"
#include "rooms/room_watch.hpp"

namespace roost::rooms {

// One for the process; made and destroyed by a thread that is no core's, while the cores run.
class RoomWatches {
public:
    explicit RoomWatches(net::Cores& cores);

    // The current core's.
    [[nodiscard]] RoomWatch& here() noexcept { return on_cores_.here(); }
    [[nodiscard]] RoomWatch& operator[](unsigned core) noexcept { return on_cores_[core]; }

    // Called, on the core of the change, when every core was told of a loss: done when nothing that was asked
    // for before can come into the room any more. Set once, before anybody is told.
    using Settle = std::function<Task<void>(RoomId, AccessLost)>;
    void settle_by(Settle settle) { settle_ = std::move(settle); }

    // From any core. When these return, every core has forgotten, or its listener was told and it is settled.
    Task<void> forget(RoomId id, RoomSlug slug);
    Task<void> forget_rooms_of(UserId owner);
    Task<void> tell(RoomId id, AccessLost lost);

private:
    net::Cores& cores_;
    net::PerCore<RoomWatch> on_cores_;
    Settle settle_;
};

}  // namespace roost::rooms
