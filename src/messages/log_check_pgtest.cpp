#include "messages/log_check.hpp"

#include "support/log_load.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace roost::messages {
namespace {

using Lines = std::vector<std::string>;

struct Found final : CheckListener {
    void on_finding(const CheckedRoom& room, const Finding& finding) override {
        CHECK(room.id == ids.at(room.slug));
        lines.push_back(room.slug + ": " + finding.sentence());
        kinds.emplace_back(name_of(finding.kind));
    }
    void on_more(const CheckedRoom& room, Finding::Kind kind, std::int64_t count) override {
        lines.push_back(fmt::format("{}: {} more of {}", room.slug, count, name_of(kind)));
    }
    void on_unerased(RoomId room, Seq first, Seq last) override {
        lines.push_back(fmt::format("{}: {} to {} left", room.value(), first, last));
    }
    void on_progress(const CheckedRoom& room, Seq place) override { progress[room.slug].push_back(place); }

    const std::map<std::string, RoomId> ids{{"lobby", RoomId{1}}, {"hall", RoomId{2}}, {"den", RoomId{3}}};
    Lines lines;
    Lines kinds;
    std::map<std::string, std::vector<Seq>> progress;
};

// The lobby's log has everything that a log can have; the hall's is short, the den's empty. Somebody has read
// all of the lobby.
struct Fixture {
    Fixture() {
        database.admin.exec(
            "insert into users (email, name, password_hash) select n || '@b', 'Ann', '' "
            "from generate_series(1, 7) as n;"
            "insert into rooms (slug, name) values ('hall', 'Hall'), ('den', 'Den')");
        database.insert_of_another(1, 1, "one");
        database.insert_of_another(1, 2, "two");
        database.change_of_another(1, 3, 1, "better");
        database.change_of_another(1, 4, 2);
        database.insert_of_another(1, 5, "three");
        database.change_of_another(1, 6, 1, "best");
        database.insert_of_another(1, 7, "four", "a client id");
        database.insert_of_another(2, 1, "one");
        sql("insert into read_marks (user_id, room_id, seq) values (1, 1, 7), (1, 2, 0), (1, 3, 0)");
        sql("update messages set author_id = null, author_name = 'deleted user' where room_id = 1 and seq = "
            "2");
        sql("update messages set metadata = '{}' where room_id = 1 and seq = 5");
    }
    void sql(const std::string& text) { database.admin.exec(text); }
    // In the lobby.
    void set(Seq seq, const std::string& change) {
        sql(fmt::format("update messages set {} where room_id = 1 and seq = {}", change, seq));
    }
    void insert_change(Seq seq, Seq target) {
        sql(
            fmt::format("insert into messages (room_id, seq, target_seq, changed_seq, writer) "
                        "values (1, {0}, {1}, {0}, 1)",
                        seq, target));
    }
    // More messages at the lobby's end.
    void fill_to(Seq last) {
        sql(fmt::format(
            "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, writer) "
            "select 1, n, n, 7, 'Ann', 'text', 1 from generate_series(8, {}) as n",
            last));
    }

    Lines check(std::int64_t window = 50'000) {
        Found found;
        const CheckLimits limits{.places_per_window = window, .shown_per_kind = 20};
        totals = LogCheck(database.conninfo, found, limits).check_all();
        kinds = found.kinds;
        progress = found.progress;
        return found.lines;
    }
    // What was planted is all that is found.
    void check_is(const std::string& kind, const std::string& line) {
        CHECK(check() == Lines{line});
        CHECK(kinds == Lines{kind});
        CHECK(totals.findings == 1);
    }

    test::LogDatabase database;
    CheckTotals totals;
    Lines kinds;
    std::map<std::string, std::vector<Seq>> progress;
};

// A finding of almost every kind, on both sides of every place.
void spoil(Fixture& fixture) {
    fixture.fill_to(30);
    for (const Seq seq : {8, 9, 13, 19, 20, 21}) {
        fixture.sql(fmt::format("delete from messages where room_id = 1 and seq = {}", seq));
    }
    fixture.set(1, "changed_seq = 3");
    fixture.set(5, "changed_seq = 30");
    fixture.set(7, "author_id = 99");
    fixture.set(10, "content = ''");
    fixture.set(11, "deleted_at = now(), content = ''");
    fixture.set(4, "content = 'x'");
    fixture.set(2, "content = 'x'");
    fixture.insert_change(31, 3);
    fixture.insert_change(32, 30);
    fixture.set(29, "author_id = 98");
}

}  // namespace

TEST_CASE("a log as appending leaves it gives nothing, and is counted") {
    Fixture fixture;
    CHECK(fixture.check() == Lines{});
    CHECK(fixture.totals.rooms == 3);
    CHECK(fixture.totals.places == 8);
    CHECK(fixture.totals.messages == 5);
    CHECK(fixture.totals.tombstones == 1);
    CHECK(fixture.totals.changes == 3);
    CHECK(fixture.totals.findings == 0);
}

TEST_CASE("a place without a row is found, at the beginning and in the middle, and many in a row are one") {
    Fixture fixture;
    SUBCASE("one") {
        fixture.sql("delete from messages where room_id = 1 and seq = 5");
        fixture.check_is("missing_place", "lobby: place 5 is missing");
    }
    SUBCASE("several") {
        fixture.fill_to(20);
        fixture.sql("delete from messages where room_id = 1 and seq between 9 and 19");
        fixture.check_is("missing_place", "lobby: places 9 to 19 are missing");
    }
    SUBCASE("the first") {
        fixture.sql("update messages set seq = 4, changed_seq = 4 where room_id = 2");
        fixture.check_is("missing_place", "hall: places 1 to 3 are missing");
    }
    SUBCASE("more than there could be") {
        fixture.sql("update messages set seq = 1000000000000, changed_seq = 1000000000000 where room_id = 2");
        fixture.check_is("missing_place", "hall: places 1 to 999999999999 are missing");
    }
}

TEST_CASE("a change record of what is no message is found") {
    Fixture fixture;
    SUBCASE("of another change") {
        fixture.insert_change(8, 3);
        fixture.check_is("change_of_nothing", "lobby: place 8 is a change of place 3, which is no message");
    }
    SUBCASE("of a place that is none") {
        fixture.insert_change(8, 0);
        fixture.check_is("change_of_nothing", "lobby: place 8 is a change of place 0, which is no message");
    }
    SUBCASE("of a message of another room") {
        fixture.sql("update messages set seq = 9, changed_seq = 9 where room_id = 2");
        fixture.sql(
            "insert into messages (room_id, seq, changed_seq, target_seq, writer) select 2, n, n, 0, "
            "1 from generate_series(1, 8) as n");
        fixture.check();
        CHECK(fixture.kinds == Lines(8, "change_of_nothing"));
    }
}

TEST_CASE("a change record that bears anything else is found") {
    Fixture fixture;
    for (const auto* change : {"content = ''", "metadata = '{}'", "author_id = 99", "author_name = 'Ann'",
                               "client_id = 'x'", "deleted_at = now()", "changed_seq = 4"}) {
        CAPTURE(change);
        fixture.set(3, change);
        fixture.check_is("change_with_content",
                         "lobby: place 3 is a change, and bears what only a message has");
        fixture.set(3,
                    "content = null, metadata = null, author_id = null, author_name = null, client_id = "
                    "null, deleted_at = null, changed_seq = 3");
    }
    CHECK(fixture.check() == Lines{});
}

TEST_CASE("a change that its message does not know of is found") {
    Fixture fixture;
    SUBCASE("though it knows of none") {
        fixture.insert_change(8, 5);
        fixture.check_is("forgotten_change",
                         "lobby: place 8 is a change of message 5, which does not know of it");
    }
    SUBCASE("though it knows of an earlier one") {
        fixture.set(1, "changed_seq = 3");
        fixture.check_is("forgotten_change",
                         "lobby: place 6 is a change of message 1, which does not know of it");
    }
}

TEST_CASE("a message that was last changed by what is no change of it is found, once") {
    Fixture fixture;
    SUBCASE("by a message") {
        fixture.set(5, "changed_seq = 7");
        fixture.check_is("false_change",
                         "lobby: message 5 was last changed by place 7, which is no change of it");
    }
    SUBCASE("by a change of another message") {
        fixture.set(5, "changed_seq = 6");
        fixture.check_is("false_change",
                         "lobby: message 5 was last changed by place 6, which is no change of it");
    }
    SUBCASE("by a place behind the end") {
        fixture.set(5, "changed_seq = 100");
        fixture.check_is("false_change",
                         "lobby: message 5 was last changed by place 100, which is no change of it");
    }
    SUBCASE("between its changes") {
        fixture.set(1, "changed_seq = 5");
        fixture.check_is("false_change",
                         "lobby: message 1 was last changed by place 5, which is no change of it");
    }
}

TEST_CASE("a tombstone that kept something, or that no change made, is found") {
    Fixture fixture;
    SUBCASE("its content") {
        fixture.set(2, "content = 'secret'");
        fixture.check_is("tombstone_with_content",
                         "lobby: message 2 is deleted, and has its content or metadata still");
    }
    SUBCASE("its metadata") {
        fixture.set(2, "metadata = '{}'");
        fixture.check_is("tombstone_with_content",
                         "lobby: message 2 is deleted, and has its content or metadata still");
    }
    SUBCASE("no change") {
        fixture.set(5, "deleted_at = now(), content = '', metadata = null");
        fixture.check_is("tombstone_without_change",
                         "lobby: message 5 is deleted, and no change of it says so");
    }
}

TEST_CASE("a message without a content is found, and a deleted one without even an empty one") {
    Fixture fixture;
    SUBCASE("empty") {
        fixture.set(5, "content = ''");
        fixture.check_is("message_without_content", "lobby: message 5 has no content");
    }
    SUBCASE("null") {
        fixture.set(5, "content = null");
        fixture.check_is("message_without_content", "lobby: message 5 has no content");
    }
    SUBCASE("deleted and null") {
        fixture.set(2, "content = null");
        fixture.check_is("message_without_content", "lobby: message 2 has no content");
    }
}

TEST_CASE("an author that is no account is found, unless its removal is under way") {
    Fixture fixture;
    fixture.set(5, "author_id = 99");
    fixture.check_is("unknown_author", "lobby: message 5 is of account 99, which does not exist");
    fixture.sql("insert into removed_users (user_id) values (99)");
    CHECK(fixture.check() == Lines{});
    fixture.sql("update removed_users set tombstoned_at = now()");
    fixture.check_is("unknown_author", "lobby: message 5 is of account 99, which does not exist");
    fixture.sql("delete from removed_users");
    fixture.set(2, "author_id = 99");
    CHECK(fixture.check() == Lines{"lobby: message 2 is of account 99, which does not exist",
                                   "lobby: message 5 is of account 99, which does not exist"});
}

TEST_CASE("a read mark behind the end is found, also in an empty room") {
    Fixture fixture;
    SUBCASE("of a log") {
        fixture.sql("update read_marks set seq = 8 where room_id = 1");
        fixture.check_is("mark_beyond_end",
                         "lobby: account 1 has read up to place 8, which is behind the end");
    }
    SUBCASE("of no log") {
        fixture.sql("insert into read_marks (user_id, room_id, seq) values (2, 3, 1)");
        fixture.check_is("mark_beyond_end", "den: account 2 has read up to place 1, which is behind the end");
    }
}

TEST_CASE("what is left of a removed room is told, and no contradiction") {
    Fixture fixture;
    fixture.sql("delete from rooms where id = 1");
    fixture.sql("delete from messages where room_id = 1 and seq < 3");
    CHECK(fixture.check() == Lines{"1: 3 to 7 left"});
    CHECK(fixture.totals.findings == 0);
    CHECK(fixture.totals.rooms == 2);
    CHECK(fixture.totals.places == 1);
}

TEST_CASE("windows of any size find the same") {
    Fixture fixture;
    spoil(fixture);
    auto all = fixture.check();
    const auto totals = fixture.totals;
    CHECK(all.size() == 13);
    std::ranges::sort(all);
    for (std::int64_t window = 1; window <= 28; ++window) {
        CAPTURE(window);
        auto found = fixture.check(window);
        std::ranges::sort(found);
        CHECK(found == all);
        CHECK(fixture.totals.findings == totals.findings);
        CHECK(fixture.totals.places == totals.places);
        CHECK(fixture.totals.messages == totals.messages);
    }
}

TEST_CASE("a log is gone through window by window, and each is told") {
    Fixture fixture;
    fixture.fill_to(20);
    fixture.sql("delete from messages where room_id = 1 and seq = 9");
    CHECK(fixture.check(8) == Lines{"lobby: place 9 is missing"});
    CHECK(fixture.progress["lobby"] == std::vector<Seq>{8, 17, 20});
    CHECK(fixture.progress["hall"] == std::vector<Seq>{1});
}

TEST_CASE("of each kind in each room the first twenty are told, and how many more there are") {
    Fixture fixture;
    fixture.fill_to(100);
    fixture.sql("update messages set content = '' where room_id = 1 and seq between 51 and 75");
    fixture.sql("update messages set author_id = 99 where room_id = 1 and seq between 51 and 70");
    fixture.sql("update messages set content = '' where room_id = 2");
    for (const std::int64_t window : {7, 60, 1000}) {
        CAPTURE(window);
        const auto lines = fixture.check(window);
        CHECK(lines.size() == 42);
        const auto count = [&](const std::string& line) { return std::ranges::count(lines, line); };
        CHECK(count("lobby: message 70 has no content") == 1);
        CHECK(count("lobby: message 71 has no content") == 0);
        CHECK(count("lobby: 5 more of message_without_content") == 1);
        CHECK(count("hall: message 1 has no content") == 1);
        CHECK(fixture.totals.findings == 46);
    }
}

TEST_CASE("one room alone is checked by its slug") {
    Fixture fixture;
    fixture.sql("update messages set content = ''");
    Found found;
    LogCheck check(fixture.database.conninfo, found);
    const auto totals = check.check_one(rooms::RoomSlug("hall"));
    REQUIRE(totals);
    CHECK(totals->rooms == 1);
    CHECK(totals->places == 1);
    CHECK(totals->findings == 1);
    CHECK(found.lines == Lines{"hall: message 1 has no content"});
    CHECK_FALSE(check.check_one(rooms::RoomSlug("attic")));
}

TEST_CASE("nothing is proved without the indexes that keep places and client ids apart") {
    Fixture fixture;
    SUBCASE("of places") {
        fixture.sql("alter table messages drop constraint messages_pkey");
        CHECK_THROWS_WITH_AS(fixture.check(),
                             "the unique index messages_pkey of messages is missing or not valid",
                             std::runtime_error);
    }
    SUBCASE("of client ids") {
        fixture.sql(
            "drop index messages_client_id_key; create index messages_client_id_key on messages (client_id)");
        CHECK_THROWS_WITH_AS(fixture.check(),
                             "the unique index messages_client_id_key of messages is missing or not valid",
                             std::runtime_error);
    }
}

TEST_CASE("what a writer appends meanwhile looks like no fault") {
    Fixture fixture;
    test::LogNode node(fixture.database.options());
    test::Load load;
    auto answers = test::start_talking(node, load, 16);
    int checks = 0;
    for (; load.told < 600 || checks < 3; ++checks) REQUIRE(fixture.check(3) == Lines{});
    load.enough = true;
    for (auto& answer : answers) test::outcome_of(answer);
    CHECK(fixture.check() == Lines{});
    CHECK(fixture.totals.places >= 608);
    CHECK(fixture.totals.tombstones > 1);
}

}  // namespace roost::messages
