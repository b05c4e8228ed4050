#include "rooms/rooms.hpp"

#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {
namespace {

// Ann (1) is a member of the private room `den`, Bob (2) is not.
struct Fixture {
    Fixture() : conninfo(test::fresh_database()), admin(conninfo) {
        admin.exec(
            "insert into users (email, name, password_hash) values ('ann@b', 'Ann', ''), ('bob@b', 'Bob', "
            "'');"
            "insert into rooms (slug, name, private) values ('den', 'The den', true);"
            "insert into members (room_id, user_id) select id, 1 from rooms where slug = 'den'");
    }
    Result<Room> find(const char* slug, std::optional<UserId> caller) {
        return core.run([&] { return rooms->find_for(caller, RoomSlug(slug)); });
    }

    std::string conninfo;
    db::BlockingConnection admin;
    test::OneCore core;
    test::OnCore<db::Pool> pool{core, db::ConnectionOptions{.conninfo = conninfo}, 1};
    test::OnCore<Rooms> rooms{core, *pool};
};

constexpr UserId ann{1}, bob{2};

}  // namespace

TEST_CASE("a public room is everybody's") {
    Fixture fixture;
    for (const auto caller : {std::optional<UserId>(), std::optional(ann), std::optional(bob)}) {
        const auto room = fixture.find("lobby", caller);
        REQUIRE(room.has_value());
        CHECK(room->name == "Lobby");
        CHECK(room->slug.str() == "lobby");
        CHECK(room->id == RoomId{1});
        CHECK_FALSE(room->is_private);
    }
}

TEST_CASE("a private room is its members', and for others as if it were not there") {
    Fixture fixture;
    // Twice: the second time the room is remembered.
    for (int i = 0; i < 2; ++i) {
        const auto room = fixture.find("den", ann);
        REQUIRE(room.has_value());
        CHECK(room->is_private);
        CHECK(room->name == "The den");
        CHECK(fixture.find("den", bob).error().errc() == Errc::room_not_found);
        CHECK(fixture.find("den", std::nullopt).error().errc() == Errc::room_not_found);
    }
}

TEST_CASE("who stops being a member is out at once") {
    Fixture fixture;
    REQUIRE(fixture.find("den", ann).has_value());
    fixture.admin.exec("delete from members");
    CHECK(fixture.find("den", ann).error().errc() == Errc::room_not_found);
}

TEST_CASE("a room that is not there is not found, and is as soon as it is made") {
    Fixture fixture;
    CHECK(fixture.find("new", ann).error().errc() == Errc::room_not_found);
    fixture.admin.exec("insert into rooms (slug, name) values ('new', 'New')");
    CHECK(fixture.find("new", ann)->name == "New");
}

}  // namespace roost::rooms
