// What other cores know of a change.
#include "support/room_world.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {
namespace {

using namespace test;
using World = RoomWorld;

// Two cores, which both remember the hall; and what the listener of each was told.
struct TwoCores {
    TwoCores() {
        for (unsigned core = 0; core < 2; ++core) {
            world.watches[core].listen(
                [this, core](const AccessLost& access) { lost[core].push_back(access); });
            REQUIRE(find(sam, core).has_value());
            REQUIRE(knows_hall(core));
        }
    }
    Result<Room> find(UserId caller, unsigned core) {
        return world.run([caller](Rooms& rooms) { return rooms.find_for(caller, hall); }, core);
    }
    bool knows_hall(unsigned core) {
        return world.watches[core].find(hall) != nullptr && world.watches[core].find(hall_id) != nullptr;
    }
    void change(const RoomChange& change) {
        REQUIRE(world.run([&](Rooms& rooms) { return rooms.change(ann, hall, change); }).has_value());
    }

    World world{2};
    std::vector<AccessLost> lost[2];
};

Task<void> ask(Rooms& rooms, std::optional<Result<Room>>& answer) {
    answer.emplace(co_await rooms.find_for(sam, hall));
}

// The question is on its way when the room is forgotten.
Task<void> ask_and_forget(Rooms& rooms, RoomWatch& watch, std::optional<Result<Room>>& answer) {
    spawn(ask(rooms, answer), [](const std::exception_ptr&) {});
    watch.forget(hall_id, hall);
    std::function<bool()> is_answered = [&answer] { return answer.has_value(); };
    co_await test::eventually(std::move(is_answered));
}

}  // namespace

TEST_CASE("a renamed room has its new name on every core") {
    TwoCores cores;
    RoomChange change;
    change.name = RoomName("The great hall");
    cores.change(change);
    for (unsigned core = 0; core < 2; ++core) {
        CHECK(cores.find(sam, core)->name == "The great hall");
        CHECK(cores.lost[core].empty());
    }
}

TEST_CASE("a room that becomes private is closed on every core, and all but its members have lost access") {
    TwoCores cores;
    RoomChange change;
    change.is_private = true;
    cores.change(change);
    for (unsigned core = 0; core < 2; ++core) {
        CHECK(outcome(cores.find(sam, core)) == "room_not_found");
        CHECK(cores.find(meg, core).has_value());
        REQUIRE(cores.lost[core].size() == 1);
        const auto& access = cores.lost[core][0];
        CHECK(access.room == hall);
        for (const auto member : {ann, meg}) CHECK_FALSE(access.concerns(member));
        for (const auto other : {sam, ada}) CHECK(access.concerns(other));
    }
}

TEST_CASE("a room that becomes public costs nobody access") {
    TwoCores cores;
    RoomChange change;
    change.is_private = false;
    cores.change(change);
    for (const auto& lost : cores.lost) CHECK(lost.empty());
}

TEST_CASE("a removed room is gone on every core, for everybody") {
    TwoCores cores;
    REQUIRE(cores.world.run([](Rooms& rooms) { return rooms.remove(ann, hall); }).has_value());
    for (unsigned core = 0; core < 2; ++core) {
        CHECK(outcome(cores.find(ann, core)) == "room_not_found");
        REQUIRE(cores.lost[core].size() == 1);
        for (const auto user : {ann, meg, sam}) CHECK(cores.lost[core][0].concerns(user));
    }
}

TEST_CASE("who is removed from a private room has lost access, on every core and nobody else") {
    TwoCores cores;
    REQUIRE(cores.world.run([](Rooms& rooms) { return rooms.remove_member(ann, den, meg); }).has_value());
    for (const auto& lost : cores.lost) {
        REQUIRE(lost.size() == 1);
        CHECK(lost[0].room == den);
        CHECK(lost[0].concerns(meg));
        CHECK_FALSE(lost[0].concerns(ann));
    }
}

TEST_CASE("who leaves a public room, and what is refused, costs nobody access") {
    TwoCores cores;
    CHECK(cores.world.run([](Rooms& rooms) { return rooms.remove_member(meg, hall, meg); }).has_value());
    CHECK_FALSE(cores.world.run([](Rooms& rooms) { return rooms.remove_member(meg, den, ann); }).has_value());
    CHECK_FALSE(cores.world.run([](Rooms& rooms) { return rooms.remove_member(sam, den, meg); }).has_value());
    CHECK_FALSE(cores.world.run([](Rooms& rooms) { return rooms.remove(sam, hall); }).has_value());
    for (const auto& lost : cores.lost) CHECK(lost.empty());
}

TEST_CASE("a room whose owner's account is gone has none on every core") {
    TwoCores cores;
    cores.world.admin.exec("delete from users where id = 1");
    CHECK(cores.find(sam, 1)->owner == ann);
    cores.world.run([](Rooms& rooms) { return rooms.owner_removed(ann); });
    for (unsigned core = 0; core < 2; ++core) CHECK_FALSE(cores.find(sam, core)->owner.has_value());
}

TEST_CASE("an answer that was under way during a change is not remembered") {
    World world;
    std::optional<Result<Room>> answer;
    world.run([&](Rooms& rooms) { return ask_and_forget(rooms, world.watches[0], answer); });
    CHECK(answer->has_value());
    CHECK(world.watches[0].find(hall) == nullptr);
    CHECK(world.watches[0].find(hall_id) == nullptr);
}

}  // namespace roost::rooms
