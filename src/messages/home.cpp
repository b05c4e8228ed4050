#include "messages/home.hpp"

namespace roost::messages {

Task<void> turn_away(net::Cores& cores, net::PerCore<Home>& homes, RoomId room, rooms::AccessLost lost) {
    auto& home = cores.home_of(lost.room.str());
    auto turn_away_there = [&writer = homes[home.index()].writer, room, &lost] {
        return writer.turn_away(room, std::move(lost));
    };
    co_await net::call_on(home, turn_away_there);
}

}  // namespace roost::messages
