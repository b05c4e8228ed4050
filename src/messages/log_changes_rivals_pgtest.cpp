// Several writers that change the same messages.
#include "messages/log_writer.hpp"
#include "support/log_audit.hpp"
#include "support/log_load.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

// With it two transactions that wait for each other wait longer than any entry.
void have_no_patience_with_circles(test::LogDatabase& database) {
    database.admin.exec(fmt::format("alter database {} set deadlock_timeout = '60s'",
                                    database.one("select current_database()")));
}

// Two nodes at once, whose clients post, edit and delete in the same rooms.
void hammer(test::LogDatabase& database, std::size_t clients, std::int64_t rooms, int count) {
    have_no_patience_with_circles(database);
    test::LogNode one(database.options()), other(database.options());
    test::Load load;
    load.rooms = rooms;
    load.shared = 10;
    load.most = count;
    for (std::int64_t room = 1; room <= rooms; ++room)
        for (Seq seq = 1; seq <= load.shared; ++seq) one.append(test::post_to(room, "shared"));
    std::array<test::Listener, 2> listeners;
    one.listen(1, listeners[0]);
    other.listen(1, listeners[1]);
    auto answers = test::start_talking(one, load, clients);
    for (auto& answer : test::start_talking(other, load, clients, clients))
        answers.push_back(std::move(answer));
    std::vector<test::Told> told;
    for (auto& answer : answers)
        for (auto& outcome : test::outcome_of(answer)) told.push_back(std::move(outcome));
    // Each that succeeded is one row.
    CHECK(database.number("select count(*) from messages") ==
          static_cast<std::int64_t>(told.size()) + rooms * load.shared);
    CHECK(database.number("select count(distinct writer) from messages where target_seq is not null") == 2);
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, told) == "");
    for (const auto& listener : listeners) CHECK(test::contradictions(database, 1, listener) == "");
}

struct Fixture {
    Fixture() { node.listen(1, listener); }
    MessageId post(const std::string& content) { return node.append(test::post_to(1, content))->message.id; }

    test::LogDatabase database;
    test::LogNode node{database.options()};
    test::Listener listener;
};

}  // namespace

TEST_CASE("two writers that change the messages of one room lose nothing, double nothing and leave no hole") {
    test::LogDatabase database;
    hammer(database, 8, 1, 40);
}

TEST_CASE(
    "two writers that change the messages of many rooms lose nothing, double nothing and leave no hole") {
    test::LogDatabase database;
    hammer(database, 40, 9, 15);
}

TEST_CASE("changes of another writer are heard in their place, each as what it is") {
    Fixture fixture;
    fixture.post("one");
    fixture.post("two");
    fixture.database.change_of_another(1, 3, 1, "better");
    fixture.database.insert_of_another(1, 4, "theirs");
    fixture.database.change_of_another(1, 5, 2);
    fixture.post("next");
    CHECK(fixture.listener.events == std::vector<std::string>{"new_message", "new_message", "message_updated",
                                                              "new_message", "message_deleted",
                                                              "new_message"});
    CHECK(fixture.listener.has_no_hole());
    CHECK(fixture.listener.payloads.at(4) == R"({"message_id":"1-2","seq":2,"changed_seq":5})");
    CHECK(test::contradictions(fixture.database, 1, fixture.listener) == "");
}

TEST_CASE("a change of another writer is passed over when its message changed again") {
    Fixture fixture;
    fixture.post("one");
    fixture.database.change_of_another(1, 2, 1, "better");
    fixture.database.change_of_another(1, 3, 1, "best");
    fixture.database.change_of_another(1, 4, 1);
    fixture.post("next");
    CHECK(fixture.listener.places == std::vector<std::int64_t>{1, 4, 5});
    CHECK(fixture.listener.events.at(1) == "message_deleted");
}

// Who hears it must not believe to have heard of the places between.
TEST_CASE("a post of another writer that changed since is heard at its place, with that place") {
    Fixture fixture;
    fixture.post("one");
    fixture.database.insert_of_another(1, 2, "theirs");
    fixture.database.insert_of_another(1, 3, "more");
    fixture.database.change_of_another(1, 4, 2, "better");
    fixture.post("next");
    CHECK(fixture.listener.has_no_hole());
    CHECK(fixture.listener.payloads.at(1).find(R"("seq":2,"changed_seq":2,"content":"better")") !=
          std::string::npos);
    CHECK(test::contradictions(fixture.database, 1, fixture.listener) == "");
}

TEST_CASE("a change whose number another writer took is renumbered") {
    Fixture fixture;
    const auto one = fixture.post("one");
    fixture.database.insert_of_another(1, 2, "theirs");
    CHECK(fixture.node.append(test::edit_of(one, "better"))->message.changed_seq == 3);
    CHECK(fixture.listener.has_no_hole());
    CHECK(test::contradictions(fixture.database) == "");
}

TEST_CASE("an edit of a message that another writer has just deleted fails, and its deletion is heard") {
    Fixture fixture;
    const auto one = fixture.post("one");
    fixture.database.change_of_another(1, 2, 1);
    CHECK(fixture.node.append(test::edit_of(one, "better")).error().errc() == Errc::message_deleted);
    const auto again = fixture.node.append(test::deletion_of(one));
    CHECK_FALSE(again->is_new);
    CHECK(again->message.changed_seq == 2);
    fixture.post("next");
    CHECK(fixture.listener.events ==
          std::vector<std::string>{"new_message", "message_deleted", "new_message"});
    CHECK(test::contradictions(fixture.database) == "");
}

TEST_CASE("an edit of what another writer has edited wins, and both are heard or the later one") {
    Fixture fixture;
    const auto one = fixture.post("one");
    fixture.database.change_of_another(1, 2, 1, "theirs");
    CHECK(fixture.node.append(test::edit_of(one, "ours"))->message.content == "ours");
    CHECK(fixture.listener.places == std::vector<std::int64_t>{1, 3});
    CHECK(test::contradictions(fixture.database) == "");
    CHECK(test::contradictions(fixture.database, 1, fixture.listener) == "");
}

// An UPDATE locks in the order of a join. One writer is held up in the middle of its changes while the other
// comes with changes of the same messages the opposite way.
TEST_CASE(
    "two writers that change the same messages in opposite order do not wait for each other in a circle") {
    test::LogDatabase database;
    have_no_patience_with_circles(database);
    test::LogNode one(database.options()), other(database.options());
    for (const std::int64_t room : {1, 2})
        for (int i = 0; i < 3; ++i) one.append(test::post_to(room, "text"));
    // It has locked this message, and not yet the next one.
    database.admin.exec(
        "create sequence tries;"
        "create function hold() returns trigger language plpgsql as $$ begin "
        "if nextval('tries') = 1 then perform pg_sleep(0.5); end if; return new; end $$;"
        "create trigger hold before update on messages for each row when (new.content = 'slow') "
        "execute function hold();");
    const auto start = [](test::LogNode& node, const std::vector<Entry>& entries) {
        return node.core.start_all(entries.size(), [&node, entries](std::size_t i) {
            return std::visit([&node](const auto& entry) { return node.writer->append(entry); }, entries[i]);
        });
    };
    const auto at = [](std::int64_t room, Seq seq) { return MessageId{RoomId{room}, seq}; };
    auto ones =
        start(one, {test::post_to(8, "lead"), test::edit_of(at(2, 3), "a"), test::edit_of(at(1, 1), "slow"),
                    test::edit_of(at(1, 2), "b"), test::edit_of(at(2, 1), "c")});
    database.until_asleep();
    auto others =
        start(other, {test::post_to(9, "lead"), test::edit_of(at(1, 2), "d"), test::edit_of(at(2, 1), "e"),
                      test::edit_of(at(2, 3), "f"), test::edit_of(at(1, 1), "g")});
    for (auto* answers : {&ones, &others})
        for (auto& answer : *answers) CHECK(test::outcome_of(answer)->is_new);
    CHECK(database.content_of(1, 1) == "g");
    CHECK(database.content_of(2, 1) == "e");
    CHECK(test::contradictions(database) == "");
}

TEST_CASE("what another writer has just stored can be changed at once") {
    test::LogDatabase database;
    test::LogNode one(database.options()), other(database.options());
    REQUIRE(one.append(test::post_to(1, "first")).has_value());
    REQUIRE(other.append(test::post_to(1, "second")).has_value());
    const auto edited = one.append(test::edit_of({RoomId{1}, 2}, "better"));
    REQUIRE(edited.has_value());
    CHECK(edited->message.changed_seq == 3);
    CHECK(test::contradictions(database) == "");
}

}  // namespace roost::messages
