#include "api/room_controller.hpp"

#include "api/page_link.hpp"

#include <fmt/format.h>

namespace roost::api {
namespace {

using contract::RoomEnvelope;

Result<Reply<RoomEnvelope>> enveloped(Result<rooms::RoomView> room) {
    if (!room) return room.error();
    return Reply(RoomEnvelope{std::move(*room)});
}

Result<Reply<None>> without_answer(Result<None> result) {
    if (!result) return result.error();
    return Reply(None());
}

}  // namespace

void RoomController::mount(http::Router& router, net::PerCore<Services>& services) {
    serve(router, services, contract::list_rooms, *this, &RoomController::list);
    serve(router, services, contract::create_room, *this, &RoomController::create);
    serve(router, services, contract::show_room, *this, &RoomController::show);
    serve(router, services, contract::change_room, *this, &RoomController::change);
    serve(router, services, contract::remove_room, *this, &RoomController::remove);
    serve(router, services, contract::list_members, *this, &RoomController::members);
    serve(router, services, contract::add_member, *this, &RoomController::add_member);
    serve(router, services, contract::remove_member, *this, &RoomController::remove_member);
    serve(router, services, contract::mark_read, *this, &RoomController::mark_read);
    serve(router, services, contract::show_presence, *this, &RoomController::presence);
}

Task<Result<Reply<contract::RoomList>>> RoomController::list(Call<None, contract::RoomQuery, None> call) {
    auto& [q, limit, after] = call.query;
    rooms::RoomSearch search{.q = q, .limit = limit.value(), .after = after};
    auto found = co_await call.services.rooms.list(call.user(), std::move(search));
    Reply reply(contract::RoomList{std::move(found)});
    const auto& page = reply.answer.rooms;
    if (std::ssize(page) == limit.value()) {
        const auto text = q ? std::optional(q->str()) : std::nullopt;
        reply.headers.add("Link",
                          next_link(contract::list_rooms.path, text, limit.value(), page.back().slug.str()));
    }
    co_return reply;
}

RoomController::RoomReply RoomController::create(Call<None, None, contract::RoomCreation> call) {
    rooms::NewRoom room{.slug = std::move(call.body.slug),
                        .name = std::move(call.body.name),
                        .is_private = call.body.private_.value_or(false)};
    co_return enveloped(co_await call.services.rooms.create(call.user(), std::move(room)));
}

RoomController::RoomReply RoomController::show(Call<contract::RoomPath, None, None> call) {
    co_return enveloped(co_await call.services.rooms.show(call.user(), call.path.slug));
}

RoomController::RoomReply RoomController::change(Call<contract::RoomPath, None, contract::RoomPatch> call) {
    rooms::RoomChange change{
        .name = std::move(call.body.name), .is_private = call.body.private_, .owner = call.body.owner};
    co_return enveloped(co_await call.services.rooms.change(call.user(), call.path.slug, std::move(change)));
}

RoomController::NoReply RoomController::remove(Call<contract::RoomPath, None, None> call) {
    co_return without_answer(co_await call.services.rooms.remove(call.user(), call.path.slug));
}

Task<Result<Reply<contract::MemberList>>> RoomController::members(
    Call<contract::RoomPath, contract::MemberQuery, None> call) {
    const auto& [limit, after] = call.query;
    const rooms::PageOf page{.limit = limit.value(), .after = after.value_or(UserId())};
    auto members = co_await call.services.rooms.members(call.user(), call.path.slug, page);
    if (!members) co_return members.error();
    Reply reply(contract::MemberList{std::move(*members)});
    const auto& list = reply.answer.members;
    if (std::ssize(list) == limit.value())
        reply.headers.add("Link",
                          next_link(fmt::format("/api/rooms/{}/members", call.path.slug.str()), std::nullopt,
                                    limit.value(), fmt::to_string(list.back().id.value())));
    co_return reply;
}

RoomController::NoReply RoomController::add_member(Call<contract::MemberPath, None, None> call) {
    const auto& [slug, member] = call.path;
    co_return without_answer(co_await call.services.rooms.add_member(call.user(), slug, member));
}

RoomController::NoReply RoomController::remove_member(Call<contract::MemberPath, None, None> call) {
    const auto& [slug, member] = call.path;
    co_return without_answer(co_await call.services.rooms.remove_member(call.user(), slug, member));
}

RoomController::NoReply RoomController::mark_read(Call<contract::RoomPath, None, contract::ReadMark> call) {
    co_return without_answer(
        co_await call.services.rooms.mark_read(call.user(), call.path.slug, call.body.seq.value()));
}

// Nobody is there until presence is kept; who may see the room is asked all the same.
Task<Result<Reply<contract::PresenceList>>> RoomController::presence(
    Call<contract::RoomPath, None, None> call) {
    const auto room = co_await call.services.rooms.find_for(call.maybe_user(), call.path.slug);
    if (!room) co_return room.error();
    contract::PresenceList nobody{.users = {}, .count = 0};
    co_return Reply(std::move(nobody));
}

}  // namespace roost::api
