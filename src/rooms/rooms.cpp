#include "rooms/rooms.hpp"

#include "core/log.hpp"

namespace roost::rooms {
namespace {

const RoomSlug lobby{"lobby"};

// Not a member of Rooms, because it may outlive one; the pool ends it when it is closed.
Task<void> erase_messages(RemovedRoomStore removed, RoomId room) {
    co_await removed.erase_messages(room);
}

void audit_admin(std::string_view event, UserId caller, RoomId room) {
    log::audit(event, {{"user", caller.value()}, {"room", room.value()}});
}

void audit_admin(std::string_view event, UserId caller, RoomId room, UserId member) {
    log::audit(event, {{"user", caller.value()}, {"room", room.value()}, {"target", member.value()}});
}

}  // namespace

Task<Result<Room>> Rooms::find_for(std::optional<UserId> caller, RoomSlug slug) {
    return look_up(caller, std::move(slug));
}

Task<Result<Room>> Rooms::find_for(std::optional<UserId> caller, RoomId id) {
    return look_up(caller, id);
}

template <class Key>
Task<Result<Room>> Rooms::look_up(std::optional<UserId> caller, Key key) {
    auto& watch = watches_.here();
    if (const auto* known = watch.find(key)) co_return *known;
    // While the database does not answer, nobody changes a room there: what was known of it holds.
    const auto* last_known = watch.recall(key);
    if (last_known != nullptr && rooms_.is_late()) co_return *last_known;
    const auto asked = watch.asks();
    std::optional<Room> room;
    try {
        room = co_await rooms_.find(caller, key);
    } catch (const db::Unavailable&) {
        last_known = watch.recall(key);
        if (last_known == nullptr) throw;
        co_return *last_known;
    }
    if (!room) co_return Problem(Errc::room_not_found);
    watch.keep(asked, *room);
    co_return std::move(*room);
}

Task<bool> Rooms::may_moderate(UserId caller, const Room& room) {
    const auto owner = room.owner;
    if (owner) co_return *owner == caller;
    co_return co_await rooms_.is_admin(caller);
}

Task<Result<RoomView>> Rooms::show(std::optional<UserId> caller, RoomSlug slug) {
    auto view = co_await views_.find(caller, std::move(slug));
    if (!view) co_return Problem(Errc::room_not_found);
    co_return std::move(*view);
}

Task<std::vector<RoomView>> Rooms::list(UserId caller, RoomSearch search) {
    return views_.list(caller, std::move(search));
}

Task<Result<RoomView>> Rooms::create(UserId owner, NewRoom room) {
    return rooms_.insert(owner, std::move(room));
}

// Also a room that was private already is told of: who repeats a change whose answer was lost is sure of it.
Task<Result<RoomView>> Rooms::change(UserId caller, RoomSlug slug, RoomChange change) {
    const bool becomes_private = change.is_private.value_or(false);
    if (becomes_private && slug == lobby) co_return Problem(Errc::forbidden);
    auto changed = co_await rooms_.update(caller, slug, std::move(change));
    if (!changed) co_return changed.error();
    if (changed->by_admin) audit_admin("admin.room_changed", caller, changed->id);
    co_await watches_.forget(changed->id, slug);
    if (becomes_private) {
        auto members = co_await members_.all(changed->id);
        AccessLost lost{slug, std::nullopt, std::move(members)};
        co_await watches_.tell(changed->id, std::move(lost));
    }
    co_return std::move(changed->view);
}

Task<Result<None>> Rooms::remove(UserId caller, RoomSlug slug) {
    if (slug == lobby) co_return Problem(Errc::forbidden);
    const auto removed = co_await rooms_.remove(caller, slug);
    if (!removed) co_return removed.error();
    const auto id = removed->id;
    if (removed->by_admin) audit_admin("admin.room_removed", caller, id);
    co_await watches_.forget(id, slug);
    AccessLost lost{slug, std::nullopt, {}};
    co_await watches_.tell(id, std::move(lost));
    spawn(erase_messages(removed_, id), [id](const std::exception_ptr&) {
        log::warn("room {} was removed; what is left of its messages goes at the next start", id.value());
    });
    co_return None{};
}

Task<void> Rooms::finish_removals() {
    const auto rooms = co_await removed_.find_all();
    for (const auto room : rooms) co_await removed_.erase_messages(room);
}

Task<Result<std::vector<Member>>> Rooms::members(UserId caller, RoomSlug slug, PageOf page) {
    return members_.list(caller, std::move(slug), page);
}

Task<Result<None>> Rooms::add_member(UserId caller, RoomSlug slug, UserId member) {
    const auto added = co_await members_.add(caller, std::move(slug), member);
    if (!added) co_return added.error();
    if (added->by_admin) audit_admin("admin.member_added", caller, added->room, member);
    co_return None{};
}

Task<Result<None>> Rooms::remove_member(UserId caller, RoomSlug slug, UserId member) {
    const auto removed = co_await members_.remove(caller, slug, member);
    if (!removed) co_return removed.error();
    if (removed->by_admin) audit_admin("admin.member_removed", caller, removed->room, member);
    if (removed->room_is_private) {
        AccessLost lost{slug, member, {}};
        co_await watches_.tell(removed->room, std::move(lost));
    }
    co_return None{};
}

Task<void> Rooms::owner_removed(UserId owner) {
    return watches_.forget_rooms_of(owner);
}

Task<Result<None>> Rooms::mark_read(UserId caller, RoomSlug slug, Seq seq) {
    return marks_.advance(caller, std::move(slug), seq);
}

}  // namespace roost::rooms
