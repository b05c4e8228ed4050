#include "messages/message_store.hpp"

#include "support/cluster.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

// Room 1 has the messages 1 to 8; its place 9 is the record that message 3 was changed.
struct Fixture {
    Fixture() {
        for (int seq = 1; seq <= 8; ++seq) database.insert_of_another(1, seq, fmt::format("text {}", seq));
        database.insert_of_another(2, 1, "elsewhere");
        database.admin.exec(
            "insert into messages (room_id, seq, target_seq, changed_seq, writer) "
            "values (1, 9, 3, 9, 1);"
            "update messages set changed_seq = 9 where room_id = 1 and seq = 3");
    }
    Page page(std::int64_t room, PageBounds bounds) {
        return core.run([&] { return store->page(test::room(room), bounds); });
    }
    std::vector<Seq> seqs(PageBounds bounds) {
        std::vector<Seq> seqs;
        const auto found = page(1, bounds);
        CHECK(found.seq == 9);
        for (const auto& message : found.messages) seqs.push_back(message.seq);
        return seqs;
    }

    test::LogDatabase database;
    test::OneCore core;
    test::OnCore<db::Pool> pool{core, database.options(), 1};
    test::OnCore<MessageStore> store{core, *pool};
};

using Seqs = std::vector<Seq>;

}  // namespace

TEST_CASE("the latest page ends with the newest message, in order, and without change records") {
    Fixture fixture;
    CHECK(fixture.seqs({}) == Seqs{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(fixture.seqs({.before = {}, .after = {}, .limit = 3}) == Seqs{6, 7, 8});
    CHECK(fixture.seqs({.before = {}, .after = {}, .limit = 1}) == Seqs{8});
}

TEST_CASE("a page before a place has the messages right before it") {
    Fixture fixture;
    CHECK(fixture.seqs({.before = 6, .after = {}, .limit = 2}) == Seqs{4, 5});
    CHECK(fixture.seqs({.before = 3, .after = {}, .limit = 50}) == Seqs{1, 2});
    CHECK(fixture.seqs({.before = 1, .after = {}, .limit = 50}).empty());
    CHECK(fixture.seqs({.before = 1'000, .after = {}, .limit = 1}) == Seqs{8});
}

TEST_CASE("a page after a place has the messages right after it") {
    Fixture fixture;
    CHECK(fixture.seqs({.before = {}, .after = 5, .limit = 2}) == Seqs{6, 7});
    CHECK(fixture.seqs({.before = {}, .after = 0, .limit = 2}) == Seqs{1, 2});
    CHECK(fixture.seqs({.before = {}, .after = 8, .limit = 2}).empty());
}

TEST_CASE("an empty room's page is empty and its counter is 0") {
    Fixture fixture;
    const auto page = fixture.page(3, {});
    CHECK(page.messages.empty());
    CHECK(page.seq == 0);
}

TEST_CASE("a page is of its room alone") {
    Fixture fixture;
    const auto page = fixture.page(2, {});
    REQUIRE(page.messages.size() == 1);
    CHECK(page.messages[0].content == "elsewhere");
    CHECK(page.seq == 1);
}

TEST_CASE("a message comes with all that is stored of it") {
    Fixture fixture;
    fixture.database.admin.exec(
        "update messages set metadata = '{\"b\": 1, \"a\": 2}', inserted_at = '2026-01-31T08:15:30.000001Z', "
        "updated_at = '2026-02-01T00:00:00Z', deleted_at = '1999-12-31T23:59:59.5Z' where room_id = 1 and "
        "seq = 3");
    const auto messages = fixture.page(1, {.before = {}, .after = 2, .limit = 2}).messages;
    const auto& changed = messages.at(0);
    CHECK(changed.id == MessageId{RoomId{1}, 3});
    CHECK(changed.room.str() == "room-1");
    CHECK(changed.changed_seq == 9);
    CHECK(changed.content == "text 3");
    CHECK(changed.metadata->str() == R"({"b": 1, "a": 2})");
    CHECK(changed.user.id == UserId{7});
    CHECK(changed.user.name == "Ann");
    CHECK(changed.inserted_at.rfc3339() == "2026-01-31T08:15:30.000001Z");
    CHECK(changed.updated_at.rfc3339() == "2026-02-01T00:00:00.000000Z");
    CHECK(changed.deleted_at->rfc3339() == "1999-12-31T23:59:59.500000Z");
    CHECK(messages.at(1).metadata->str() == "{}");
    CHECK_FALSE(messages.at(1).deleted_at.has_value());
    CHECK(messages.at(1).changed_seq == 4);
}

TEST_CASE("a message of a removed author, and a tombstone, can be read") {
    Fixture fixture;
    fixture.database.admin.exec(
        "update messages set author_id = null, author_name = null, content = null "
        "where room_id = 1 and seq = 8");
    const auto messages = fixture.page(1, {.before = {}, .after = 7, .limit = 2}).messages;
    CHECK(messages.at(0).user == deleted_user());
    CHECK(messages.at(0).content.empty());
}

}  // namespace roost::messages
