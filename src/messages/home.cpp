#include "messages/home.hpp"

namespace roost::messages {

namespace {

// A removed room is lost to everybody, and nobody needs it in memory.
Task<None> turn_away_at(Home& home, RoomId room, rooms::AccessLost lost) {
    const bool is_removed = !lost.user && lost.members.empty();
    co_await home.writer.turn_away(room, std::move(lost));
    if (is_removed) home.memory.forget(room);
    co_return None();
}

}  // namespace

Task<void> turn_away(net::Cores& cores, net::PerCore<Home>& homes, RoomId room, rooms::AccessLost lost) {
    auto& home = cores.home_of(lost.room.str());
    auto turn_away_there = [&at = homes[home.index()], room, &lost] {
        return turn_away_at(at, room, std::move(lost));
    };
    co_await net::call_on(home, turn_away_there);
}

}  // namespace roost::messages
