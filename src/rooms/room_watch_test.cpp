#include "rooms/room_watch.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {

TEST_CASE("a private room is not remembered") {
    RoomWatch watch;
    const Room hall{RoomId{2}, RoomSlug("hall"), "The hall", false};
    const Room den{RoomId{3}, RoomSlug("den"), "The den", true};
    watch.keep(watch.asks(), hall);
    watch.keep(watch.asks(), den);
    REQUIRE(watch.find(hall.slug) != nullptr);
    REQUIRE(watch.find(hall.id) != nullptr);
    CHECK(watch.find(hall.slug)->name == "The hall");
    CHECK(watch.find(hall.id)->slug == hall.slug);
    CHECK(watch.find(den.slug) == nullptr);
    CHECK(watch.find(den.id) == nullptr);
}

TEST_CASE("a room is forgotten under both of its names") {
    RoomWatch watch;
    const Room hall{RoomId{2}, RoomSlug("hall"), "The hall", false};
    watch.keep(watch.asks(), hall);
    watch.forget(hall.id, hall.slug);
    CHECK(watch.find(hall.slug) == nullptr);
    CHECK(watch.find(hall.id) == nullptr);
}

TEST_CASE("the rooms of an owner are forgotten, and no others") {
    RoomWatch watch;
    const Room hall{RoomId{2}, RoomSlug("hall"), "", false, UserId{7}};
    const Room yard{RoomId{3}, RoomSlug("yard"), "", false, UserId{8}};
    const Room lobby{RoomId{1}, RoomSlug("lobby"), "", false};
    for (const auto& room : {hall, yard, lobby}) watch.keep(watch.asks(), room);
    watch.forget_rooms_of(UserId{7});
    CHECK(watch.find(hall.slug) == nullptr);
    CHECK(watch.find(hall.id) == nullptr);
    CHECK(watch.find(yard.slug) != nullptr);
    CHECK(watch.find(lobby.id) != nullptr);
}

TEST_CASE("access is lost by the user who is named, or by all but the members") {
    const AccessLost one{RoomSlug("den"), UserId{2}, {}};
    CHECK(one.concerns(UserId{2}));
    CHECK_FALSE(one.concerns(UserId{1}));
    const AccessLost others{RoomSlug("den"), std::nullopt, {UserId{2}, UserId{4}, UserId{9}}};
    for (const auto member : others.members) CHECK_FALSE(others.concerns(member));
    for (const auto stranger : {UserId{1}, UserId{3}, UserId{10}}) CHECK(others.concerns(stranger));
    const AccessLost all{RoomSlug("den"), std::nullopt, {}};
    CHECK(all.concerns(UserId{2}));
}

}  // namespace roost::rooms
