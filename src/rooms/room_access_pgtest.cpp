// Who may do what: every operation by everybody in every kind of room.
#include "support/room_world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>

namespace roost::rooms {
namespace {

using namespace test;
using World = RoomWorld;

using Caller = std::optional<UserId>;

struct Operation {
    const char* name;
    std::function<Task<std::string>(Rooms&, Caller, RoomSlug)> call;
};

template <class T>
Task<std::string> named(Task<Result<T>> task) {
    const auto result = co_await task;
    co_return outcome(result);
}

Task<std::string> listed(Rooms& rooms, UserId caller, RoomSlug slug) {
    const auto views = co_await rooms.list(caller, RoomSearch());
    const auto found = std::ranges::find(views, slug, &RoomView::slug);
    co_return found == views.end() ? "room_not_found" : "ok";
}

RoomId id_of(const RoomSlug& slug) {
    if (slug == lobby) return lobby_id;
    if (slug == hall) return hall_id;
    return slug == den ? den_id : RoomId{99};
}

const Operation find{
    "find", [](Rooms& rooms, Caller caller, RoomSlug slug) { return named(rooms.find_for(caller, slug)); }};
const Operation find_by_id{"find by id", [](Rooms& rooms, Caller caller, const RoomSlug& slug) {
                               return named(rooms.find_for(caller, id_of(slug)));
                           }};
const Operation show{
    "show", [](Rooms& rooms, Caller caller, RoomSlug slug) { return named(rooms.show(caller, slug)); }};
const Operation list{"list",
                     [](Rooms& rooms, Caller caller, RoomSlug slug) { return listed(rooms, *caller, slug); }};
const Operation members{"members", [](Rooms& rooms, Caller caller, RoomSlug slug) {
                            return named(rooms.members(*caller, slug, PageOf()));
                        }};
const Operation mark_read{"mark read", [](Rooms& rooms, Caller caller, RoomSlug slug) {
                              return named(rooms.mark_read(*caller, slug, 0));
                          }};
const Operation change{"change", [](Rooms& rooms, Caller caller, RoomSlug slug) {
                           RoomChange change;
                           change.name = RoomName("Other");
                           return named(rooms.change(*caller, slug, change));
                       }};
const Operation add_member{"add a member", [](Rooms& rooms, Caller caller, RoomSlug slug) {
                               return named(rooms.add_member(*caller, slug, sam));
                           }};
const Operation remove_member{"remove a member", [](Rooms& rooms, Caller caller, RoomSlug slug) {
                                  const auto member = caller == meg ? sam : meg;
                                  return named(rooms.remove_member(*caller, slug, member));
                              }};
const Operation leave{"leave", [](Rooms& rooms, Caller caller, RoomSlug slug) {
                          return named(rooms.remove_member(*caller, slug, *caller));
                      }};
const Operation remove_room{
    "remove", [](Rooms& rooms, Caller caller, RoomSlug slug) { return named(rooms.remove(*caller, slug)); }};

const std::array all_operations{&find,   &find_by_id, &show,          &list,  &members,    &mark_read,
                                &change, &add_member, &remove_member, &leave, &remove_room};

// What comes of it for the stranger, the member, the owner and the admin; in the lobby nobody is the owner.
using Outcomes = std::array<std::string, 4>;
constexpr std::array callers{sam, meg, ann, ada};

void check(World& world, const Operation& operation, const RoomSlug& slug, const Outcomes& expected) {
    CAPTURE(operation.name);
    CAPTURE(slug.str());
    for (std::size_t i = 0; i < callers.size(); ++i) {
        CAPTURE(callers[i].value());
        const auto call = [&](Rooms& rooms) { return operation.call(rooms, callers[i], slug); };
        CHECK(world.run(call) == expected[i]);
        world.restore_rooms();
    }
}

const std::string ok = "ok", forbidden = "forbidden", not_found = "room_not_found",
                  not_the_owner = "not_the_owner";

}  // namespace

TEST_CASE("everybody reads public rooms, and only members private ones") {
    World world;
    for (const auto* operation : {&find, &find_by_id, &show, &list, &members, &mark_read}) {
        check(world, *operation, lobby, {ok, ok, ok, ok});
        check(world, *operation, hall, {ok, ok, ok, ok});
        check(world, *operation, den, {not_found, ok, ok, not_found});
        check(world, *operation, attic, {not_found, not_found, not_found, not_found});
    }
    for (const auto* operation : {&find, &find_by_id, &show}) {
        const auto outcome_in = [&](const RoomSlug& slug) {
            return world.run([&](Rooms& rooms) { return operation->call(rooms, std::nullopt, slug); });
        };
        CHECK(outcome_in(lobby) == ok);
        CHECK(outcome_in(hall) == ok);
        CHECK(outcome_in(den) == not_found);
        CHECK(outcome_in(attic) == not_found);
    }
}

TEST_CASE("only the owner changes a room, and an admin one without an owner") {
    World world;
    for (const auto* operation : {&change, &add_member, &remove_member}) {
        check(world, *operation, lobby, {not_the_owner, not_the_owner, not_the_owner, ok});
        check(world, *operation, hall, {not_the_owner, not_the_owner, ok, not_the_owner});
        check(world, *operation, den, {not_found, not_the_owner, ok, not_found});
        check(world, *operation, attic, {not_found, not_found, not_found, not_found});
    }
    check(world, remove_room, hall, {not_the_owner, not_the_owner, ok, not_the_owner});
    check(world, remove_room, den, {not_found, not_the_owner, ok, not_found});
    check(world, remove_room, attic, {not_found, not_found, not_found, not_found});
    check(world, remove_room, lobby, {forbidden, forbidden, forbidden, forbidden});
}

TEST_CASE("whoever sees a room may leave it, but for its owner") {
    World world;
    check(world, leave, lobby, {ok, ok, ok, ok});
    check(world, leave, hall, {ok, ok, forbidden, ok});
    check(world, leave, den, {not_found, ok, forbidden, not_found});
    check(world, leave, attic, {not_found, not_found, not_found, not_found});
}

TEST_CASE("an admin is no more than others in a private room without an owner") {
    World world;
    for (const auto* operation : all_operations) {
        CAPTURE(operation->name);
        world.admin.exec("update rooms set owner_id = null where slug = 'den'");
        const auto call = [&](Rooms& rooms) { return operation->call(rooms, ada, den); };
        CHECK(world.run(call) == not_found);
    }
}

TEST_CASE("an admin who is a member moderates a private room without an owner") {
    World world;
    for (const auto* operation : {&change, &add_member, &remove_member, &remove_room}) {
        CAPTURE(operation->name);
        world.admin.exec(
            "update rooms set owner_id = null where slug = 'den';"
            "insert into members (room_id, user_id) values (3, 4)");
        const auto call = [&](Rooms& rooms) { return operation->call(rooms, ada, den); };
        CHECK(world.run(call) == ok);
        world.restore_rooms();
    }
}

TEST_CASE("a private room of others takes as many statements as none: one") {
    World world;
    for (const auto* operation : all_operations)
        for (const auto caller : {sam, ada})
            for (const auto& slug : {attic, den}) {
                CAPTURE(operation->name);
                CAPTURE(slug.str());
                const auto before = world.transactions();
                const auto call = [&](Rooms& rooms) { return operation->call(rooms, caller, slug); };
                REQUIRE(world.run(call) == not_found);
                CHECK(world.transactions() - before == 1);
            }
}

}  // namespace roost::rooms
