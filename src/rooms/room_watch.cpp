#include "rooms/room_watch.hpp"

#include <algorithm>

namespace roost::rooms {

using namespace std::chrono_literals;

namespace {

constexpr auto room_is_remembered_for = 5s;
constexpr std::size_t most_remembered_rooms = 10'000;

}  // namespace

bool AccessLost::concerns(UserId someone) const {
    return user ? *user == someone : !std::ranges::binary_search(members, someone);
}

RoomWatch::RoomWatch()
    : by_slug_(room_is_remembered_for, most_remembered_rooms),
      by_id_(room_is_remembered_for, most_remembered_rooms) {}

void RoomWatch::keep(Asked asked, const Room& room) {
    if (room.is_private) return;
    by_slug_.keep(asked, room.slug.str(), room);
    by_id_.keep(asked, room.id, room);
}

void RoomWatch::forget(RoomId id, const RoomSlug& slug) {
    by_slug_.forget(slug.str());
    by_id_.forget(id);
}

void RoomWatch::forget_rooms_of(UserId owner) {
    const auto is_stale = [owner](const Room& room) { return room.owner == owner; };
    by_slug_.forget_if(is_stale);
    by_id_.forget_if(is_stale);
}

void RoomWatch::tell(const AccessLost& lost) const {
    if (on_access_lost_) on_access_lost_(lost);
}

}  // namespace roost::rooms
