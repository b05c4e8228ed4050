#include "rooms/rooms.hpp"

namespace roost::rooms {

using namespace std::chrono_literals;

namespace {

constexpr auto room_is_remembered_for = 5s;
constexpr std::size_t most_remembered_rooms = 10'000;

}  // namespace

Task<Result<Room>> Rooms::find_for(std::optional<UserId> caller, RoomSlug slug) {
    auto room = co_await find(std::move(slug));
    if (!room) co_return Problem(Errc::room_not_found);
    if (room->is_private) {
        const bool is_member = caller && co_await store_.is_member(room->id, *caller);
        if (!is_member) co_return Problem(Errc::room_not_found);
    }
    co_return std::move(*room);
}

Task<Result<Room>> Rooms::find_for(std::optional<UserId> caller, RoomId id) {
    auto room = co_await store_.find(id);
    if (!room) co_return Problem(Errc::room_not_found);
    co_return co_await find_for(caller, std::move(room->slug));
}

Task<std::optional<Room>> Rooms::find(RoomSlug slug) {
    const auto now = Clock::now();
    if (const auto known = remembered_.find(slug.str());
        known != remembered_.end() && known->second.until > now)
        co_return known->second.room;
    auto room = co_await store_.find(std::move(slug));
    if (!room) co_return std::nullopt;
    if (remembered_.size() >= most_remembered_rooms) remembered_.clear();
    remembered_.insert_or_assign(room->slug.str(), Remembered{*room, now + room_is_remembered_for});
    co_return room;
}

}  // namespace roost::rooms
