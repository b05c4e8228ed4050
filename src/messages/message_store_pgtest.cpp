#include "messages/message_store.hpp"

#include "messages/room_view.hpp"
#include "support/cluster.hpp"
#include "support/message_log.hpp"
#include "support/row_count.hpp"

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

TEST_CASE("a page of a long log costs as much as one of a short log") {
    for (const std::int64_t messages : {1'000, 100'000}) {
        Fixture fixture;
        test::fill_log(fixture.database, 5, messages);
        const std::pair<PageBounds, std::size_t> pages[] = {{{}, 50},
                                                            {{.before = messages / 2, .after = {}}, 50},
                                                            {{.before = {}, .after = messages / 2}, 50},
                                                            {{.before = {}, .after = 0, .limit = 7}, 7}};
        test::RowCount rows(fixture.database, fixture.core, *fixture.pool);
        for (const auto& [bounds, count] : pages) {
            // Often enough for PostgreSQL to make a plan that it keeps.
            for (int i = 0; i < 8; ++i) {
                CHECK(fixture.page(5, bounds).messages.size() == count);
                CHECK(rows() <= 3 * static_cast<std::int64_t>(count) + 10);
            }
        }
    }
}

TEST_CASE("what changed behind a place costs as much as there is of it, or as anybody gets") {
    Fixture fixture;
    test::fill_log(fixture.database, 5, 100'000);
    test::RowCount rows(fixture.database, fixture.core, *fixture.pool);
    for (int i = 0; i < 8; ++i) {
        const auto read = [&] { return fixture.store->changes(test::room(5), 99'990); };
        const auto changes = fixture.core.run(read);
        CHECK(changes.seq == 100'000);
        CHECK(changes.messages.size() == static_cast<std::size_t>(100'000 - changes.floor));
        CHECK(rows() <= 6 * std::ssize(changes.messages) + 10);
    }
    const auto read_all = [&] { return fixture.store->changes(test::room(5), 0); };
    CHECK(fixture.core.run(read_all).messages.size() == most_missed + 1);
    CHECK(rows() <= 6 * (static_cast<std::int64_t>(most_missed) + 1) + 10);
}

TEST_CASE("a page is not slower for the changes that lie between its messages") {
    Fixture fixture;
    test::fill_log(fixture.database, 5, 60);
    fixture.database.admin.exec(
        "insert into messages (room_id, seq, target_seq, changed_seq, writer) "
        "select 5, n, 1, n, 1 from generate_series(61, 50000) as n;"
        "update messages set changed_seq = 50000 where room_id = 5 and seq = 1");
    test::RowCount rows(fixture.database, fixture.core, *fixture.pool);
    for (int i = 0; i < 8; ++i) {
        CHECK(fixture.page(5, {}).messages.size() == 50);
        CHECK(rows() <= 200);
    }
}

}  // namespace roost::messages
