#include "rooms/room_watches.hpp"

#include "net/every_core.hpp"

namespace roost::rooms {

using net::on_every_core;

RoomWatches::RoomWatches(net::Cores& cores)
    : cores_(cores), on_cores_(cores, [](net::Core&) { return std::make_unique<RoomWatch>(); }) {}

Task<void> RoomWatches::forget(RoomId id, RoomSlug slug) {
    auto forget_it = [id, slug = std::move(slug)](RoomWatch& watch) { watch.forget(id, slug); };
    return on_every_core(cores_, on_cores_, std::move(forget_it));
}

Task<void> RoomWatches::forget_rooms_of(UserId owner) {
    auto forget_them = [owner](RoomWatch& watch) { watch.forget_rooms_of(owner); };
    return on_every_core(cores_, on_cores_, forget_them);
}

Task<void> RoomWatches::tell(RoomId id, AccessLost lost) {
    auto tell_it = [&lost](RoomWatch& watch) { watch.tell(lost); };
    co_await on_every_core(cores_, on_cores_, tell_it);
    if (settle_) co_await settle_(id, std::move(lost));
}

}  // namespace roost::rooms
