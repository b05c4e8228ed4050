// The members of a room.
#include "support/room_world.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {
namespace {

using namespace test;
using World = RoomWorld;

auto list(UserId caller, const RoomSlug& slug, PageOf page = {}) {
    return [=](Rooms& rooms) { return rooms.members(caller, slug, page); };
}
auto add(UserId caller, const RoomSlug& slug, UserId member) {
    return [=](Rooms& rooms) { return rooms.add_member(caller, slug, member); };
}
auto remove(UserId caller, const RoomSlug& slug, UserId member) {
    return [=](Rooms& rooms) { return rooms.remove_member(caller, slug, member); };
}
auto find_den(UserId caller) {
    return [=](Rooms& rooms) { return rooms.find_for(caller, den); };
}

std::vector<UserId> ids(const Result<std::vector<Member>>& members) {
    std::vector<UserId> ids;
    for (const auto& member : *members) ids.push_back(member.id);
    return ids;
}

using Ids = std::vector<UserId>;

}  // namespace

TEST_CASE("members are listed by id, page by page") {
    World world;
    REQUIRE(world.run(add(ann, den, ada)).has_value());
    REQUIRE(world.run(add(ann, den, sam)).has_value());
    CHECK(ids(world.run(list(ann, den))) == Ids{ann, meg, sam, ada});
    CHECK(ids(world.run(list(ann, den, {.limit = 2, .after = {}}))) == Ids{ann, meg});
    CHECK(ids(world.run(list(ann, den, {.limit = 2, .after = meg}))) == Ids{sam, ada});
    CHECK(ids(world.run(list(ann, den, {.limit = 2, .after = ada}))).empty());
}

TEST_CASE("a member comes with its name and the time since when it is one") {
    World world;
    world.admin.exec("update members set inserted_at = '2026-01-31T08:15:30.000001Z' where user_id = 2");
    const auto members = world.run(list(sam, hall));
    REQUIRE(members->size() == 2);
    CHECK(members->at(1).name == "Meg");
    CHECK(schema::to_json(members->at(1)) ==
          R"({"id":2,"name":"Meg","inserted_at":"2026-01-31T08:15:30.000001Z"})");
}

TEST_CASE("a room without members has an empty list") {
    World world;
    const auto members = world.run(list(sam, lobby));
    REQUIRE(members.has_value());
    CHECK(members->empty());
}

TEST_CASE("who is added to a private room is in, and twice is once") {
    World world;
    CHECK(outcome(world.run(find_den(sam))) == "room_not_found");
    REQUIRE(world.run(add(ann, den, sam)).has_value());
    CHECK(world.run(find_den(sam)).has_value());
    const auto since = world.one("select inserted_at from members where room_id = 3 and user_id = 3");
    REQUIRE(world.run(add(ann, den, sam)).has_value());
    CHECK(world.one("select inserted_at from members where room_id = 3 and user_id = 3") == since);
}

TEST_CASE("who does not exist cannot be added, and is removed without a word") {
    World world;
    CHECK(outcome(world.run(add(ann, den, nobody))) == "user_not_found");
    CHECK(outcome(world.run(remove(ann, den, nobody))) == "ok");
    // Nobody but the owner learns who exists.
    CHECK(outcome(world.run(add(meg, den, nobody))) == "not_the_owner");
}

TEST_CASE("who is removed from a private room is out, also for removing itself") {
    World world;
    REQUIRE(world.run(remove(ann, den, meg)).has_value());
    CHECK(outcome(world.run(find_den(meg))) == "room_not_found");
    REQUIRE(world.run(add(ann, den, meg)).has_value());
    REQUIRE(world.run(remove(meg, den, meg)).has_value());
    CHECK(outcome(world.run(find_den(meg))) == "room_not_found");
    CHECK(ids(world.run(list(ann, den))) == Ids{ann});
    REQUIRE(world.run(remove(ann, den, sam)).has_value());
    CHECK(ids(world.run(list(ann, den))) == Ids{ann});
}

TEST_CASE("the owner stays a member, whoever removes it") {
    World world;
    CHECK(outcome(world.run(remove(ann, den, ann))) == "forbidden");
    CHECK(outcome(world.run(remove(meg, den, ann))) == "not_the_owner");
    CHECK(outcome(world.run(remove(sam, hall, ann))) == "not_the_owner");
    CHECK(ids(world.run(list(ann, den))) == Ids{ann, meg});
}

TEST_CASE("who becomes the owner while it is being removed stays a member") {
    World world;
    world.admin.exec("begin; update rooms set owner_id = 2 where slug = 'den'");
    auto blocked = world.start(remove(meg, den, meg));
    world.until_blocked();
    world.admin.exec("commit");
    CHECK(outcome(test::outcome_of(blocked)) == "forbidden");
    CHECK(ids(world.run(list(meg, den))) == Ids{ann, meg});
}

TEST_CASE("who was removed while it was made the owner is a member again") {
    World world;
    world.admin.exec(
        "begin; select from rooms where slug = 'den' for no key update;"
        "delete from members where room_id = 3 and user_id = 2");
    RoomChange to_meg;
    to_meg.owner = meg;
    auto blocked = world.start([&](Rooms& rooms) { return rooms.change(ann, den, to_meg); });
    world.until_blocked();
    world.admin.exec("commit");
    REQUIRE(test::outcome_of(blocked).has_value());
    CHECK(ids(world.run(list(meg, den))) == Ids{ann, meg});
}

TEST_CASE("an owner who gives the room away while adding somebody adds nobody") {
    World world;
    world.admin.exec("begin; update rooms set owner_id = 2 where slug = 'den'");
    auto blocked = world.start(add(ann, den, sam));
    world.until_blocked();
    world.admin.exec("commit");
    CHECK(outcome(test::outcome_of(blocked)) == "not_the_owner");
    CHECK(ids(world.run(list(meg, den))) == Ids{ann, meg});
}

}  // namespace roost::rooms
