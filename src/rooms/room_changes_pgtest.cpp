// Making, changing and removing rooms.
#include "support/captured_audit.hpp"
#include "support/room_world.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {
namespace {

using namespace test;
using World = RoomWorld;

auto create(UserId owner, const char* slug, const char* name = "A room", bool is_private = false) {
    NewRoom room{RoomSlug(slug), RoomName(name), is_private};
    return [owner, room](Rooms& rooms) { return rooms.create(owner, room); };
}
auto change(UserId caller, const RoomSlug& slug, const RoomChange& change) {
    return [=](Rooms& rooms) { return rooms.change(caller, slug, change); };
}
auto remove(UserId caller, const RoomSlug& slug) {
    return [=](Rooms& rooms) { return rooms.remove(caller, slug); };
}

RoomChange name_is(const char* name) {
    RoomChange change;
    change.name = RoomName(name);
    return change;
}
RoomChange private_is(bool is_private) {
    RoomChange change;
    change.is_private = is_private;
    return change;
}
RoomChange owner_is(UserId owner) {
    RoomChange change;
    change.owner = owner;
    return change;
}

}  // namespace

TEST_CASE("who makes a room owns it and is its first member") {
    World world;
    const auto made = world.run(create(sam, "attic", "The attic", true));
    REQUIRE(made.has_value());
    CHECK(made->slug == attic);
    CHECK(made->name == "The attic");
    CHECK(made->private_);
    CHECK(made->owner->id == sam);
    CHECK(made->owner->name == "Sam");
    CHECK(made->seq == 0);
    CHECK(made->unread == 0);
    CHECK(world.one("select string_agg(user_id::text, ',') from members where room_id = 4") == "3");
    CHECK(world.run([](Rooms& rooms) { return rooms.find_for(sam, attic); })->owner == sam);
}

TEST_CASE("a slug is taken once, also by a room that the caller does not see") {
    World world;
    CHECK(outcome(world.run(create(sam, "hall"))) == "slug_taken");
    CHECK(outcome(world.run(create(sam, "den"))) == "slug_taken");
    CHECK(world.one("select count(*) from rooms") == "3");
}

TEST_CASE("of many who make a room at once, one has it") {
    World world(4);
    std::vector<std::future<Result<RoomView>>> made;
    constexpr std::array owners{ann, meg, sam, ada};
    for (unsigned core = 0; core < 4; ++core)
        made.push_back(world.start(create(owners[core], "attic"), core));
    std::vector<UserId> winners;
    for (unsigned core = 0; core < 4; ++core) {
        const auto result = test::outcome_of(made[core]);
        if (result) winners.push_back(owners[core]);
        else CHECK(outcome(result) == "slug_taken");
    }
    REQUIRE(winners.size() == 1);
    CHECK(world.run([](Rooms& rooms) { return rooms.find_for(sam, attic); })->owner == winners[0]);
    CHECK(world.one("select count(*) from members where room_id not in (2, 3)") == "1");
}

TEST_CASE("an account that is gone makes no room") {
    World world;
    CHECK(outcome(world.run(create(nobody, "attic"))) == "unauthorized");
    CHECK(world.one("select count(*) from rooms") == "3");
}

TEST_CASE("a change changes what it names, and shows the room as it is then") {
    World world;
    auto view = world.run(change(ann, hall, name_is("The great hall")));
    REQUIRE(view.has_value());
    CHECK(view->name == "The great hall");
    CHECK(view->slug == hall);
    CHECK_FALSE(view->private_);
    CHECK(view->owner->name == "Ann");
    CHECK(view->unread == 0);
    view = world.run(change(ann, den, private_is(false)));
    CHECK_FALSE(view->private_);
    CHECK(view->name == "The den");
    CHECK(world.run(change(ann, den, RoomChange()))->name == "The den");
    CHECK(
        world.one("select string_agg(slug || name || private || coalesce(owner_id, 0), ' ' order by id) from "
                  "rooms") == "lobbyLobbyfalse0 hallThe great hallfalse1 denThe denfalse1");
    CHECK(world.one("select count(*) from rooms where updated_at > inserted_at") == "2");
}

TEST_CASE("an owner gives a room away, becomes a member like others, and cannot take it back") {
    World world;
    const auto view = world.run(change(ann, den, owner_is(sam)));
    REQUIRE(view.has_value());
    CHECK(view->owner->id == sam);
    CHECK(view->owner->name == "Sam");
    CHECK(world.run([](Rooms& rooms) { return rooms.find_for(sam, den); }).has_value());
    CHECK(world.run([](Rooms& rooms) { return rooms.find_for(ann, den); }).has_value());
    CHECK(outcome(world.run(change(ann, den, owner_is(ann)))) == "not_the_owner");
    CHECK(world.run(change(sam, den, owner_is(meg)))->owner->id == meg);
}

TEST_CASE("a room is not given to nobody") {
    World world;
    CHECK(outcome(world.run(change(ann, hall, owner_is(nobody)))) == "user_not_found");
    CHECK(world.run([](Rooms& rooms) { return rooms.find_for(sam, hall); })->owner == ann);
}

TEST_CASE("of two changes at once by the owner, the one after the room was given away is refused") {
    World world(2);
    world.admin.exec("begin; update rooms set owner_id = 2 where slug = 'hall'");
    auto blocked = world.start(change(ann, hall, name_is("Mine")));
    world.until_blocked();
    world.admin.exec("commit");
    CHECK(outcome(test::outcome_of(blocked)) == "not_the_owner");
    CHECK(world.one("select name from rooms where slug = 'hall'") == "The hall");
}

TEST_CASE("the lobby stays public and stays") {
    World world;
    for (const auto caller : {ada, ann}) {
        CHECK(outcome(world.run(change(caller, lobby, private_is(true)))) == "forbidden");
        CHECK(outcome(world.run(remove(caller, lobby))) == "forbidden");
    }
    CHECK(world.run(change(ada, lobby, name_is("Entrance")))->name == "Entrance");
    CHECK_FALSE(world.run(change(ada, lobby, private_is(false)))->private_);
}

TEST_CASE("an admin takes a room that has lost its owner") {
    World world;
    world.admin.exec("delete from users where id = 1");
    const auto view = world.run(change(ada, hall, owner_is(ada)));
    REQUIRE(view.has_value());
    CHECK(view->owner->id == ada);
    CHECK(view->unread == 0);
    CHECK(world.one("select count(*) from members where room_id = 2 and user_id = 4") == "1");
}

TEST_CASE("a demoted admin has lost its right at once") {
    World world;
    REQUIRE(world.run(change(ada, lobby, name_is("Entrance"))).has_value());
    world.admin.exec("update users set role = 'user'");
    CHECK(outcome(world.run(change(ada, lobby, name_is("Mine")))) == "not_the_owner");
}

TEST_CASE(
    "what an admin changes for want of an owner is in the audit log, and what an owner changes is not") {
    test::CapturedAudit audit;
    World world;
    const auto member = [](UserId caller, const RoomSlug& slug, bool is_added) {
        return [=](Rooms& rooms) {
            return is_added ? rooms.add_member(caller, slug, meg) : rooms.remove_member(caller, slug, meg);
        };
    };
    const auto change_all = [&](UserId caller, const RoomSlug& slug) {
        CHECK(world.run(change(caller, slug, name_is("New"))).has_value());
        CHECK(world.run(member(caller, slug, true)).has_value());
        CHECK(world.run(member(caller, slug, false)).has_value());
        CHECK(world.run(remove(caller, slug)).has_value());
    };
    change_all(ann, den);
    CHECK(world.run(member(meg, lobby, false)).has_value());
    CHECK(outcome(world.run(change(sam, hall, name_is("New")))) == "not_the_owner");
    CHECK(audit.take().empty());
    world.admin.exec("update rooms set owner_id = null");
    change_all(ada, hall);
    CHECK(audit.take() ==
          "admin.room_changed user=4 room=2\n"
          "admin.member_added user=4 room=2 target=2\n"
          "admin.member_removed user=4 room=2 target=2\n"
          "admin.room_removed user=4 room=2\n");
}

TEST_CASE("a removed room is gone with its members, its marks, and all its messages") {
    World world;
    for (int i = 0; i < 3; ++i) world.post(hall_id, meg);
    world.post(den_id, meg);
    REQUIRE(world.run([](Rooms& rooms) { return rooms.mark_read(meg, hall, 2); }).has_value());
    REQUIRE(world.run(remove(ann, hall)).has_value());
    CHECK(outcome(world.run([](Rooms& rooms) { return rooms.find_for(ann, hall); })) == "room_not_found");
    CHECK(outcome(world.run(remove(ann, hall))) == "room_not_found");
    world.until("not exists (select from messages where room_id = 2)");
    CHECK(world.one("select count(*) from messages") == "1");
    CHECK(world.one("select count(*) from members where room_id = 2") == "0");
    CHECK(world.one("select count(*) from read_marks") == "0");
}

TEST_CASE("a room with the slug of a removed one is another room") {
    World world;
    world.post(hall_id, meg);
    REQUIRE(world.run(remove(ann, hall)).has_value());
    const auto made = world.run(create(sam, "hall", "New"));
    REQUIRE(made.has_value());
    CHECK(made->seq == 0);
    CHECK(world.run([](Rooms& rooms) { return rooms.find_for(ann, hall); })->id == RoomId{4});
}

TEST_CASE("messages of removed rooms that an end of the process left are erased, and no others") {
    World world;
    world.admin.exec(
        "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, writer) "
        "select room, seq, seq, 1, '', '', 1 from generate_series(1, 2500) as seq, "
        "unnest(array[1, 2, 50, 60]) as room;"
        "delete from messages where room_id = 50 and seq < 1200");
    world.run([](Rooms& rooms) { return rooms.finish_removals(); });
    CHECK(world.one("select string_agg(room_id || ':' || count, ' ' order by room_id) from "
                    "(select room_id, count(*) from messages group by room_id) as kept") == "1:2500 2:2500");
    world.run([](Rooms& rooms) { return rooms.finish_removals(); });
    CHECK(world.one("select count(*) from messages") == "5000");
}

}  // namespace roost::rooms
