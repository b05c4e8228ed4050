#include "messages/messages.hpp"

#include "schema/json_value.hpp"
#include "support/log_audit.hpp"
#include "support/message_world.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

using test::outcome;

constexpr MessageId beyond{RoomId{2}, 99};
constexpr MessageId nowhere{RoomId{99}, 1};

}  // namespace

TEST_CASE("authors edit their own messages, and everybody who may read finds them so") {
    test::MessageWorld world;
    const auto id = world.post(world.meg, world.hall, "first").id;
    const auto edited = world.edit(world.meg, id, "better");
    REQUIRE(edited.has_value());
    CHECK(edited->content == "better");
    CHECK(edited->changed_seq == 2);
    for (const std::optional<UserId> reader : {std::optional(world.sam), std::optional<UserId>()}) {
        const auto found = world.find(reader, id);
        REQUIRE(found.has_value());
        CHECK(found->content == "better");
        CHECK(found->changed_seq == 2);
        CHECK(found->room == world.hall);
    }
    CHECK(world.edit(world.meg, id, "better")->changed_seq == 3);  // the same content is an edit too
}

TEST_CASE("nobody else edits a message, not even who moderates the room") {
    test::MessageWorld world;
    const auto id = world.post(world.meg, world.hall, "first").id;
    for (const auto caller : {world.ann, world.sam, world.ada})
        CHECK(outcome(world.edit(caller, id, "x")) == "not_the_author");
    CHECK(world.find(world.meg, id)->content == "first");
}

TEST_CASE("authors delete their own messages, the owner any, and in a room without one an admin") {
    test::MessageWorld world;
    const auto in_hall = world.post(world.meg, world.hall, "hall").id;
    for (const auto caller : {world.sam, world.ada})
        CHECK(outcome(world.remove(caller, in_hall)) == "not_the_author");
    CHECK(outcome(world.remove(world.ann, in_hall)) == "ok");

    const auto in_lobby = world.post(world.meg, world.lobby, "lobby").id;
    for (const auto caller : {world.sam, world.ann})
        CHECK(outcome(world.remove(caller, in_lobby)) == "not_the_author");
    CHECK(outcome(world.remove(world.ada, in_lobby)) == "ok");

    const auto own = world.post(world.sam, world.hall, "own").id;
    CHECK(outcome(world.remove(world.sam, own)) == "ok");
}

TEST_CASE("a deleted message is a tombstone, cannot be edited, and is deleted once") {
    test::MessageWorld world;
    const auto id = world.post(world.meg, world.hall, "first", "a").id;
    const auto deleted = world.remove(world.meg, id);
    REQUIRE(deleted.has_value());
    CHECK(deleted->content.empty());
    CHECK(deleted->deleted_at);
    CHECK_FALSE(deleted->metadata);
    CHECK(world.find(std::nullopt, id)->deleted_at == deleted->deleted_at);
    CHECK(outcome(world.edit(world.meg, id, "x")) == "message_deleted");
    CHECK(outcome(world.edit(world.sam, id, "x")) == "not_the_author");
    CHECK(outcome(world.remove(world.sam, id)) == "not_the_author");
    for (const auto caller : {world.meg, world.ann}) {
        const auto again = world.remove(caller, id);
        REQUIRE(again.has_value());
        CHECK(again->changed_seq == 2);
        CHECK(again->deleted_at == deleted->deleted_at);
    }
    CHECK(world.post(world.meg, world.hall, "again", "a").deleted_at == deleted->deleted_at);
    CHECK(world.database.number("select count(*) from messages") == 2);
}

TEST_CASE("a page has edited messages as they are now and tombstones in their place") {
    test::MessageWorld world;
    std::vector<MessageId> ids;
    for (const auto* content : {"a", "b", "c"}) ids.push_back(world.post(world.meg, world.hall, content).id);
    REQUIRE(world.edit(world.meg, ids[0], "better").has_value());
    REQUIRE(world.remove(world.meg, ids[1]).has_value());
    const auto page =
        *world.run([&](Messages& all) { return all.history(std::nullopt, world.hall, PageBounds()); });
    CHECK(page.seq == 5);
    CHECK(page.first == 1);
    CHECK(page.last == 3);
    const auto messages = schema::element_texts(page.messages.text());
    REQUIRE(messages.size() == 3);
    const auto says = [&messages](std::size_t which, std::string_view text) {
        return messages[which].find(text) != std::string_view::npos;
    };
    CHECK(says(0, R"("changed_seq":4,"content":"better")"));
    CHECK(says(1, R"("changed_seq":5,"content":"")"));
    CHECK(says(1, R"("deleted_at":")"));
    CHECK(says(2, R"("changed_seq":3,"content":"c")"));
}

TEST_CASE(
    "a message that is not there, one of a private room of others and one of no room are not found alike") {
    test::MessageWorld world;
    const auto secret = world.post(world.meg, world.den, "secret").id;
    world.post(world.meg, world.hall, "first");
    REQUIRE(world.edit(world.meg, {RoomId{2}, 1}, "better").has_value());
    const MessageId change_record{RoomId{2}, 2};
    for (const auto id : {secret, beyond, nowhere, change_record}) {
        CHECK(outcome(world.find(std::nullopt, id)) == "message_not_found");
        for (const auto caller : {world.sam, world.ada}) {
            CHECK(outcome(world.find(caller, id)) == "message_not_found");
            CHECK(outcome(world.edit(caller, id, "x")) == "message_not_found");
            CHECK(outcome(world.remove(caller, id)) == "message_not_found");
        }
    }
    CHECK(world.find(world.ann, secret)->content == "secret");
}

TEST_CASE("who left a private room neither edits nor deletes what was posted there") {
    test::MessageWorld world;
    const auto id = world.post(world.meg, world.den, "secret").id;
    world.database.admin.exec("delete from members where user_id = 2");
    CHECK(outcome(world.find(world.meg, id)) == "message_not_found");
    CHECK(outcome(world.edit(world.meg, id, "x")) == "message_not_found");
    CHECK(outcome(world.remove(world.meg, id)) == "message_not_found");
}

TEST_CASE("edits and deletions are heard on other cores before they are answered") {
    test::MessageWorld world;
    test::Listener listener;
    world.listen(world.hall, listener);
    const auto id = world.post(world.meg, world.hall, "first").id;
    // The listener is on the caller's core, which is not the room's home.
    REQUIRE(world.edit(world.meg, id, "better").has_value());
    CHECK(listener.events == std::vector<std::string>{"new_message", "message_updated"});
    REQUIRE(world.remove(world.meg, id).has_value());
    CHECK(listener.events.back() == "message_deleted");
    CHECK(listener.has_no_hole());
    CHECK(test::contradictions(world.database, 2, listener) == "");
}

TEST_CASE("of two callers who delete a message at once both get its tombstone, and it is one change") {
    test::MessageWorld world;
    for (int i = 0; i < 20; ++i) {
        const auto id = world.post(world.meg, world.hall, "text").id;
        const auto remove = [&world, id](UserId caller, unsigned core) {
            return world.start([=](Messages& all) { return all.remove(caller, id); }, core);
        };
        auto one = remove(world.meg, 0);
        auto other = remove(world.ann, 2);
        const auto first = test::outcome_of(one);
        const auto second = test::outcome_of(other);
        REQUIRE(first.has_value());
        REQUIRE(second.has_value());
        CHECK(first->changed_seq == second->changed_seq);
    }
    CHECK(world.database.number("select count(*) from messages") == 40);
    CHECK(test::contradictions(world.database) == "");
}

}  // namespace roost::messages
