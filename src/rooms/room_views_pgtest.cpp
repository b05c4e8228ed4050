// Rooms as callers see them: lists, searches, counters, and what is unread.
#include "support/room_world.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {
namespace {

using namespace test;
using World = RoomWorld;

RoomView view_of(World& world, std::optional<UserId> caller, const RoomSlug& slug) {
    return *world.run([&](Rooms& rooms) { return rooms.show(caller, slug); });
}

std::vector<std::string> slugs(World& world, UserId caller, const RoomSearch& search = {}) {
    std::vector<std::string> slugs;
    for (const auto& view : world.run([&](Rooms& rooms) { return rooms.list(caller, search); }))
        slugs.push_back(view.slug.str());
    return slugs;
}

std::vector<std::string> found(World& world, const char* q, UserId caller = ann) {
    RoomSearch search;
    search.q = SearchText(q);
    return slugs(world, caller, search);
}

std::string mark(World& world, UserId caller, const RoomSlug& slug, Seq seq) {
    return outcome(world.run([&](Rooms& rooms) { return rooms.mark_read(caller, slug, seq); }));
}

std::int64_t marked(World& world, UserId user, RoomId room) {
    return std::stoll(world.one(fmt::format("select seq from read_marks where user_id = {} and room_id = {}",
                                            user.value(), room.value())));
}

using Slugs = std::vector<std::string>;

}  // namespace

TEST_CASE("a room is shown with its counter, its owner's name of today, and nothing that is not there") {
    World world;
    world.post(hall_id, meg);
    world.change_message(hall_id, 1);
    world.admin.exec("update users set name = 'Anna' where id = 1");
    CHECK(schema::to_json(view_of(world, sam, hall)) ==
          R"({"slug":"hall","name":"The hall","private":false,"owner":{"id":1,"name":"Anna"},"seq":2})");
    CHECK(
        schema::to_json(view_of(world, meg, den)) ==
        R"({"slug":"den","name":"The den","private":true,"owner":{"id":1,"name":"Anna"},"seq":0,"unread":0})");
    CHECK(schema::to_json(view_of(world, std::nullopt, lobby)) ==
          R"({"slug":"lobby","name":"Lobby","private":false,"seq":0})");
}

TEST_CASE("the public rooms and the caller's own are listed by slug, page by page") {
    World world;
    CHECK(slugs(world, ann) == Slugs{"den", "hall", "lobby"});
    CHECK(slugs(world, sam) == Slugs{"hall", "lobby"});
    CHECK(slugs(world, ada) == Slugs{"hall", "lobby"});
    RoomSearch search;
    search.limit = 2;
    CHECK(slugs(world, ann, search) == Slugs{"den", "hall"});
    search.after = hall;
    CHECK(slugs(world, ann, search) == Slugs{"lobby"});
    search.after = RoomSlug("e");
    CHECK(slugs(world, ann, search) == Slugs{"hall", "lobby"});
    search.after = lobby;
    CHECK(slugs(world, ann, search).empty());
}

TEST_CASE("a rename between two pages neither repeats a room nor leaves one out") {
    World world;
    RoomSearch search;
    search.limit = 1;
    CHECK(slugs(world, ann, search) == Slugs{"den"});
    for (const auto* name : {"Aaa", "Zzz"}) {
        RoomChange change;
        change.name = RoomName(name);
        REQUIRE(world.run([&](Rooms& rooms) { return rooms.change(ann, den, change); }).has_value());
        REQUIRE(world.run([&](Rooms& rooms) { return rooms.change(ann, hall, change); }).has_value());
        search.after = den;
        CHECK(slugs(world, ann, search) == Slugs{"hall"});
    }
}

TEST_CASE("rooms are found by a part of their name or slug, in any case") {
    World world;
    CHECK(found(world, "THE") == Slugs{"den", "hall"});
    CHECK(found(world, "e d") == Slugs{"den"});
    CHECK(found(world, "LOB") == Slugs{"lobby"});
    CHECK(found(world, "the", sam) == Slugs{"hall"});
    CHECK(found(world, "xyz").empty());
}

TEST_CASE("what is searched for has no wildcards") {
    World world;
    for (const auto* q : {"%", "_", "h%l", "h_ll", "\\", ".*"}) {
        CAPTURE(q);
        CHECK(found(world, q).empty());
    }
    world.admin.exec(R"(update rooms set name = '100% \_o/' where slug = 'hall')");
    for (const auto* q : {"%", "_", "\\", "0% \\_O/"}) {
        CAPTURE(q);
        CHECK(found(world, q) == Slugs{"hall"});
    }
}

TEST_CASE("a list of fifty rooms is one statement") {
    World world;
    world.admin.exec(
        "insert into rooms (slug, name) select 'room-' || n, 'Room' from generate_series(10, 99) as n");
    const auto before = world.transactions();
    CHECK(slugs(world, ann).size() == 50);
    CHECK(world.transactions() - before == 1);
}

TEST_CASE("a mark goes forward only, and not past the counter") {
    World world;
    for (int i = 0; i < 5; ++i) world.post(hall_id, meg);
    CHECK(mark(world, sam, hall, 3) == "ok");
    CHECK(marked(world, sam, hall_id) == 3);
    CHECK(mark(world, sam, hall, 2) == "ok");
    CHECK(marked(world, sam, hall_id) == 3);
    CHECK(mark(world, sam, hall, INT64_MAX) == "ok");
    CHECK(marked(world, sam, hall_id) == 5);
    CHECK(mark(world, sam, lobby, 7) == "ok");
    CHECK(marked(world, sam, lobby_id) == 0);
    CHECK(mark(world, nobody, hall, 1) == "unauthorized");
}

TEST_CASE("unread is what others wrote after the mark, for members and whoever has one") {
    World world;
    for (int i = 0; i < 4; ++i) world.post(hall_id, ann);
    world.post(hall_id, meg);
    CHECK(view_of(world, meg, hall).unread == 4);
    CHECK(view_of(world, ann, hall).unread == 1);
    CHECK_FALSE(view_of(world, sam, hall).unread.has_value());
    REQUIRE(mark(world, sam, hall, 2) == "ok");
    REQUIRE(mark(world, meg, hall, 2) == "ok");
    CHECK(view_of(world, sam, hall).unread == 3);
    CHECK(view_of(world, meg, hall).unread == 2);
    REQUIRE(mark(world, meg, hall, 5) == "ok");
    CHECK(view_of(world, meg, hall).unread == 0);
    CHECK_FALSE(view_of(world, sam, lobby).unread.has_value());
}

TEST_CASE("neither deleted messages nor records of changes are unread, and those of removed accounts are") {
    World world;
    for (int i = 0; i < 3; ++i) world.post(hall_id, ann);
    world.change_message(hall_id, 1);
    world.admin.exec(
        "update messages set deleted_at = now() where seq = 2; update messages set author_id = null where "
        "seq = 3");
    const auto view = view_of(world, meg, hall);
    CHECK(view.seq == 4);
    CHECK(view.unread == 2);
}

TEST_CASE("unread ends at a thousand") {
    World world;
    world.admin.exec(
        "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, writer) "
        "select 2, seq, seq, 1, '', '', 1 from generate_series(1, 1200) as seq");
    CHECK(view_of(world, meg, hall).unread == 1000);
    REQUIRE(mark(world, meg, hall, 201) == "ok");
    CHECK(view_of(world, meg, hall).unread == 999);
}

TEST_CASE("a list counts for its caller in every room") {
    World world;
    world.post(hall_id, ann);
    world.post(den_id, ann);
    world.post(den_id, ann);
    world.post(lobby_id, ann);
    const auto views = world.run([](Rooms& rooms) { return rooms.list(meg, RoomSearch()); });
    REQUIRE(views.size() == 3);
    CHECK(views[0].unread == 2);
    CHECK(views[0].seq == 2);
    CHECK(views[1].unread == 1);
    CHECK_FALSE(views[2].unread.has_value());
    CHECK(views[2].seq == 1);
}

}  // namespace roost::rooms
