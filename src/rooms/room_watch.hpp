// What one core has to learn when a room changes on another.
#pragma once

#include "core/short_memory.hpp"
#include "rooms/room.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace roost::rooms {

// Who may not follow a room any more: one user, or everybody but those who are still members.
struct AccessLost {
    RoomSlug room;
    std::optional<UserId> user;
    std::vector<UserId> members;  // in order; counts when no user is named

    [[nodiscard]] bool concerns(UserId someone) const;
};

// Remembers public rooms, which most requests are about, and only these: what a private room is to a caller
// is asked each time, and so is what is not there. One for each core, used there; RoomWatches owns it.
class RoomWatch {
public:
    RoomWatch();

    // Null for what is not remembered; good until the next call.
    [[nodiscard]] const Room* find(const RoomSlug& slug) const { return by_slug_.find(slug.str()); }
    [[nodiscard]] const Room* find(RoomId id) const { return by_id_.find(id); }
    // The same however long ago it was remembered.
    [[nodiscard]] const Room* recall(const RoomSlug& slug) const { return by_slug_.recall(slug.str()); }
    [[nodiscard]] const Room* recall(RoomId id) const { return by_id_.recall(id); }
    // Before the database is asked, and what it said (see ShortMemory).
    [[nodiscard]] Asked asks() const noexcept { return by_slug_.asks(); }
    void keep(Asked asked, const Room& room);

    void forget(RoomId id, const RoomSlug& slug);
    void forget_rooms_of(UserId owner);

    // Called on this core with who lost access, after the room was forgotten: to end the channels of those
    // whom it concerns. Must not throw.
    void listen(std::function<void(const AccessLost&)> on_access_lost) {
        on_access_lost_ = std::move(on_access_lost);
    }
    void tell(const AccessLost& lost) const;

private:
    // Both forget at the same times.
    ShortMemory<std::string, Room> by_slug_;
    ShortMemory<RoomId, Room> by_id_;
    std::function<void(const AccessLost&)> on_access_lost_;
};

}  // namespace roost::rooms
