#include "rooms/rooms.hpp"

#include "support/room_world.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {
namespace {

using namespace test;
using World = RoomWorld;

auto find(RoomSlug slug, std::optional<UserId> caller) {
    return [slug, caller](Rooms& rooms) { return rooms.find_for(caller, slug); };
}
auto find(RoomId id, std::optional<UserId> caller) {
    return [id, caller](Rooms& rooms) { return rooms.find_for(caller, id); };
}

}  // namespace

TEST_CASE("a public room is everybody's") {
    World world;
    for (const auto caller : {std::optional<UserId>(), std::optional(ann), std::optional(sam)}) {
        const auto room = world.run(find(lobby, caller));
        REQUIRE(room.has_value());
        CHECK(room->name == "Lobby");
        CHECK(room->slug == lobby);
        CHECK(room->id == lobby_id);
        CHECK_FALSE(room->is_private);
        CHECK_FALSE(room->owner.has_value());
    }
    CHECK(world.run(find(hall, sam))->owner == ann);
    CHECK(world.run(find(hall_id, sam))->slug == hall);
}

TEST_CASE("a private room is its members', and for others as if it were not there") {
    World world;
    // Twice: what was found once changes nothing for the next.
    for (int i = 0; i < 2; ++i) {
        const auto room = world.run(find(den, meg));
        REQUIRE(room.has_value());
        CHECK(room->is_private);
        CHECK(room->name == "The den");
        CHECK(world.run(find(den_id, meg))->slug == den);
        for (const auto caller : {std::optional<UserId>(), std::optional(sam), std::optional(ada)}) {
            CHECK(outcome(world.run(find(den, caller))) == "room_not_found");
            CHECK(outcome(world.run(find(den_id, caller))) == "room_not_found");
        }
    }
}

TEST_CASE("who stops being a member is out at once, whoever removes the row") {
    World world;
    REQUIRE(world.run(find(den, meg)).has_value());
    world.admin.exec("delete from members");
    CHECK(outcome(world.run(find(den, meg))) == "room_not_found");
}

TEST_CASE("a room that is not there is not found, and is as soon as it is made") {
    World world;
    CHECK(outcome(world.run(find(attic, ann))) == "room_not_found");
    CHECK(outcome(world.run(find(RoomId{4}, ann))) == "room_not_found");
    world.admin.exec("insert into rooms (slug, name) values ('attic', 'New')");
    CHECK(world.run(find(attic, ann))->name == "New");
    CHECK(world.run(find(RoomId{4}, ann))->name == "New");
}

TEST_CASE("a public room is asked for once, by its slug and by its id together") {
    World world;
    REQUIRE(world.run(find(hall, sam)).has_value());
    const auto before = world.transactions();
    for (const auto caller : {std::optional<UserId>(), std::optional(ann), std::optional(sam)}) {
        CHECK(world.run(find(hall, caller)).has_value());
        CHECK(world.run(find(hall_id, caller)).has_value());
    }
    CHECK(world.transactions() == before);
}

TEST_CASE("the owner moderates a room, and an admin one that has no owner, for as long as it is one") {
    World world;
    const auto moderates = [&world](UserId caller, const RoomSlug& slug) {
        const auto room = *world.run(find(slug, ann));
        return world.run([&room, caller](Rooms& rooms) { return rooms.may_moderate(caller, room); });
    };
    CHECK(moderates(ann, hall));
    CHECK_FALSE(moderates(meg, hall));
    CHECK_FALSE(moderates(ada, hall));
    CHECK(moderates(ada, lobby));
    CHECK_FALSE(moderates(ann, lobby));
    CHECK_FALSE(moderates(nobody, lobby));
    world.admin.exec("update users set role = 'user'");
    CHECK_FALSE(moderates(ada, lobby));
}

}  // namespace roost::rooms
