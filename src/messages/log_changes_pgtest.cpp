// Edits and deletions as entries of the log.
#include "messages/log_writer.hpp"
#include "support/log_audit.hpp"
#include "support/log_load.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

struct Fixture {
    Fixture() { node.listen(1, listener); }
    MessageId post(const std::string& content, const char* client_id = nullptr) {
        return node.append(test::post_to(1, content, client_id))->message.id;
    }
    // All in one turn; the first one goes alone, and the others gather meanwhile.
    auto start(std::vector<Entry> entries) {
        const auto count = entries.size();
        return node.core.start_all(count, [this, entries = std::move(entries)](std::size_t i) {
            return std::visit([this](const auto& entry) { return node.writer->append(entry); }, entries[i]);
        });
    }

    test::LogDatabase database;
    test::LogNode node{database.options()};
    test::Listener listener;
};

}  // namespace

TEST_CASE("an edit changes the content, is a place of the log, and is broadcast with the whole message") {
    Fixture fixture;
    auto post = test::post_to(1, "first");
    post.metadata = JsonObject::trusted(R"({"a": 1})");
    const auto before = fixture.node.append(post)->message;
    const auto edited = fixture.node.append(test::edit_of(before.id, "better"));
    CHECK(edited->is_new);
    const auto& message = edited->message;
    CHECK(message.id == before.id);
    CHECK(message.seq == 1);
    CHECK(message.changed_seq == 2);
    CHECK(message.content == "better");
    CHECK(message.metadata->str() == R"({"a": 1})");
    CHECK(message.user == before.user);
    CHECK(message.room == before.room);
    CHECK(message.inserted_at == before.inserted_at);
    CHECK(message.updated_at > before.updated_at);
    CHECK_FALSE(message.deleted_at);
    CHECK(fixture.listener.places == std::vector<std::int64_t>{1, 2});
    CHECK(fixture.listener.events.at(1) == "message_updated");
    CHECK(fixture.listener.payloads.at(1) == R"({"message":)" + schema::to_json(message) + "}");
    CHECK(test::contradictions(fixture.database) == "");
    CHECK(test::contradictions(fixture.database, 1, fixture.listener) == "");
    CHECK(fixture.node.append(test::post_to(1, "next"))->message.seq == 3);
}

TEST_CASE("a deletion leaves a tombstone, is a place of the log, and is broadcast without the message") {
    Fixture fixture;
    const auto id = fixture.post("first");
    const auto deleted = fixture.node.append(test::deletion_of(id));
    CHECK(deleted->is_new);
    const auto& message = deleted->message;
    CHECK(message.changed_seq == 2);
    CHECK(message.content.empty());
    CHECK_FALSE(message.metadata);
    CHECK(message.user.name == "Ann");
    CHECK(message.deleted_at == message.updated_at);
    CHECK(fixture.listener.events.at(1) == "message_deleted");
    CHECK(fixture.listener.payloads.at(1) == R"({"message_id":"1-1","seq":1,"changed_seq":2})");
    CHECK(test::contradictions(fixture.database) == "");
    CHECK(test::contradictions(fixture.database, 1, fixture.listener) == "");
}

TEST_CASE("a deletion for a removed account takes the author from the message") {
    Fixture fixture;
    auto deletion = test::deletion_of(fixture.post("first"));
    deletion.forgets_author = true;
    CHECK(fixture.node.append(deletion)->message.user == deleted_user());
    CHECK(fixture.database.one("select author_id from messages where seq = 1") == "null");
    CHECK(fixture.database.one("select author_name from messages where seq = 1") == "deleted user");
}

TEST_CASE("the same client id again answers the message as it is now, also its tombstone") {
    Fixture fixture;
    const auto id = fixture.post("first", "a");
    fixture.node.append(test::edit_of(id, "better"));
    CHECK(fixture.node.append(test::post_to(1, "again", "a"))->message.content == "better");
    fixture.node.append(test::deletion_of(id));
    const auto again = fixture.node.append(test::post_to(1, "again", "a"));
    CHECK_FALSE(again->is_new);
    CHECK(again->message.id == id);
    CHECK(again->message.content.empty());
    CHECK(again->message.deleted_at);
    CHECK(fixture.listener.places == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a deleted message cannot be edited, and deleting it again changes nothing") {
    Fixture fixture;
    const auto id = fixture.post("first");
    const auto tombstone = fixture.node.append(test::deletion_of(id))->message;
    CHECK(fixture.node.append(test::edit_of(id, "better")).error().errc() == Errc::message_deleted);
    const auto again = fixture.node.append(test::deletion_of(id));
    CHECK_FALSE(again->is_new);
    CHECK(again->message.changed_seq == 2);
    CHECK(again->message.deleted_at == tombstone.deleted_at);
    CHECK(fixture.database.number("select count(*) from messages") == 2);
    CHECK(fixture.listener.places == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a change of what is no message fails: beyond the log, in another room, a change record") {
    Fixture fixture;
    fixture.node.append(test::edit_of(fixture.post("first"), "better"));
    for (const auto id : {MessageId{RoomId{1}, 2}, MessageId{RoomId{1}, 3}, MessageId{RoomId{2}, 1}}) {
        CHECK(fixture.node.append(test::edit_of(id, "x")).error().errc() == Errc::message_not_found);
        CHECK(fixture.node.append(test::deletion_of(id)).error().errc() == Errc::message_not_found);
    }
    CHECK(fixture.database.number("select count(*) from messages") == 2);
}

TEST_CASE("posts and changes of one turn are one batch, numbered and broadcast in their order") {
    Fixture fixture;
    const auto one = fixture.post("one");
    const auto two = fixture.post("two");
    auto answers =
        fixture.start({test::post_to(2, "lead"), test::post_to(1, "three"), test::edit_of(two, "better"),
                       test::post_to(2, "four"), test::deletion_of(one), test::post_to(1, "five")});
    std::string said;
    for (auto& answer : answers) {
        const auto message = test::outcome_of(answer)->message;
        said += fmt::format("{}@{}={} ", message.id.str(), message.changed_seq, message.content);
    }
    CHECK(said == "2-1@1=lead 1-3@3=three 1-2@4=better 2-2@2=four 1-1@5= 1-6@6=five ");
    CHECK(fixture.database.number("select count(distinct inserted_at) from messages where seq > 2 and "
                                  "room_id = 1 or seq = 2 and room_id = 2") == 1);
    CHECK(fixture.listener.has_no_hole());
    CHECK(test::contradictions(fixture.database) == "");
    CHECK(test::contradictions(fixture.database, 1, fixture.listener) == "");
}

TEST_CASE("changes of one message in one turn are stored and broadcast each, in their order") {
    Fixture fixture;
    const auto id = fixture.post("one");
    auto answers = fixture.start({test::post_to(2, "lead"), test::edit_of(id, "a"), test::edit_of(id, "b"),
                                  test::post_to(1, "two"), test::edit_of(id, "c"), test::deletion_of(id),
                                  test::edit_of(id, "d"), test::deletion_of(id)});
    for (const auto i : {1U, 2U, 4U, 5U}) {
        const auto posted = test::outcome_of(answers[i]);
        CHECK(posted->is_new);
        CHECK(posted->message.content == (std::vector{"", "a", "b", "", "c", ""})[i]);
    }
    CHECK(test::outcome_of(answers[6]).error().errc() == Errc::message_deleted);
    CHECK_FALSE(test::outcome_of(answers[7])->is_new);
    CHECK(fixture.listener.events == std::vector<std::string>{"new_message", "message_updated", "new_message",
                                                              "message_updated", "message_updated",
                                                              "message_deleted"});
    CHECK(fixture.listener.has_no_hole());
    CHECK(test::contradictions(fixture.database) == "");
}

// Two callers at once: the second one's change finds nothing any more, and takes nobody with it.
TEST_CASE("a change whose message is gone fails alone, and the rest of its batch stays one batch") {
    Fixture fixture;
    std::vector<MessageId> ids;
    for (int i = 0; i < 4; ++i) ids.push_back(fixture.post(fmt::format("text {}", i)));
    fixture.node.append(test::deletion_of(ids[1]));
    fixture.node.append(test::deletion_of(ids[2]));
    auto answers = fixture.start({test::post_to(2, "lead"), test::edit_of(ids[0], "better"),
                                  test::edit_of(ids[1], "better"), test::post_to(1, "new"),
                                  test::deletion_of(ids[2]), test::deletion_of({RoomId{1}, 999}),
                                  test::edit_of(ids[3], "best"), test::post_to(2, "newer")});
    CHECK(test::outcome_of(answers[1])->message.changed_seq == 7);
    CHECK(test::outcome_of(answers[2]).error().errc() == Errc::message_deleted);
    CHECK(test::outcome_of(answers[3])->message.seq == 8);
    CHECK_FALSE(test::outcome_of(answers[4])->is_new);
    CHECK(test::outcome_of(answers[5]).error().errc() == Errc::message_not_found);
    CHECK(test::outcome_of(answers[6])->message.changed_seq == 9);
    CHECK(test::outcome_of(answers[7])->message.seq == 2);
    CHECK(fixture.database.number("select count(distinct inserted_at) from messages where seq > 6 or "
                                  "room_id = 2 and seq = 2") == 1);
    CHECK(fixture.listener.has_no_hole());
    CHECK(test::contradictions(fixture.database) == "");
}

TEST_CASE("a change that PostgreSQL refuses for itself fails alone") {
    Fixture fixture;
    const auto one = fixture.post("one");
    const auto two = fixture.post("two");
    fixture.database.admin.exec("alter table messages add constraint no_poison check (content <> 'poison')");
    auto answers = fixture.start({test::post_to(2, "lead"), test::post_to(1, "three"),
                                  test::edit_of(one, "poison"), test::edit_of(two, "better")});
    CHECK(test::outcome_of(answers[1])->message.seq == 3);
    CHECK_THROWS_AS(test::outcome_of(answers[2]), db::Error);
    CHECK(test::outcome_of(answers[3])->message.changed_seq == 4);
    CHECK(fixture.listener.has_no_hole());
    CHECK(test::contradictions(fixture.database) == "");
}

TEST_CASE(
    "of many edits of one message each is stored in its order, and others do not wait for all of them") {
    Fixture fixture;
    const auto one = fixture.post("one");
    std::vector<Entry> entries{test::post_to(1, "lead")};
    for (int i = 0; i < 300; ++i) entries.emplace_back(test::edit_of(one, fmt::format("edit {}", i)));
    for (int i = 0; i < 5; ++i) entries.emplace_back(test::post_to(1, fmt::format("post {}", i)));
    auto answers = fixture.start(entries);
    // Behind the first edit.
    for (Seq i = 0; i < 5; ++i)
        CHECK(test::outcome_of(answers[static_cast<std::size_t>(301 + i)])->message.seq == 4 + i);
    Seq before = 2;
    for (std::size_t i = 1; i <= 300; ++i) {
        const auto edited = *test::outcome_of(answers[i]);
        CHECK(edited.message.content == fmt::format("edit {}", i - 1));
        CHECK(before < edited.message.changed_seq);
        before = edited.message.changed_seq;
    }
    CHECK(fixture.listener.has_no_hole());
    CHECK(test::contradictions(fixture.database) == "");
}

TEST_CASE("the limit of what may wait and the time to wait are those of posts") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.waiting_entries = 2;
    limits.answer_within = std::chrono::milliseconds(100);
    test::LogNode node(database.options(), limits);
    const auto id = node.append(test::post_to(1, "one"))->message.id;
    database.admin.exec("begin; lock table messages in exclusive mode");
    auto answers = node.core.start_all(4, [&](std::size_t i) {
        return node.writer->append(test::edit_of(id, fmt::format("better {}", i)));
    });
    CHECK(test::outcome_of(answers[3]).error().errc() == Errc::overloaded);
    for (const auto i : {0U, 1U, 2U}) CHECK_THROWS_AS(test::outcome_of(answers[i]), db::Unavailable);
    database.admin.exec("commit");
    // What was sent before is stored, what only waited is not.
    CHECK(node.append(test::post_to(1, "two"))->message.seq == 3);
    CHECK(database.content_of(1, 1) == "better 0");
}

TEST_CASE("an author to whom the log is closed posts nothing more, others do, and changes go on") {
    Fixture fixture;
    const auto id = fixture.post("before");
    auto other = test::post_to(1, "other");
    other.author = {UserId{8}, "Bob"};
    auto answers = fixture.start(
        {test::post_to(1, "under way"), test::post_to(1, "waits"), other, test::edit_of(id, "better")});
    auto closed = fixture.node.core.start([&] { return fixture.node.writer->close_to(UserId{7}); });
    test::outcome_of(closed);
    CHECK(fixture.database.number("select count(*) from messages where content = 'under way'") == 1);
    CHECK(test::outcome_of(answers[0])->message.seq == 2);
    CHECK(test::outcome_of(answers[1]).error().errc() == Errc::unauthorized);
    CHECK(test::outcome_of(answers[2])->message.seq == 3);
    CHECK(test::outcome_of(answers[3])->message.changed_seq == 4);
    CHECK(fixture.node.append(test::post_to(1, "after")).error().errc() == Errc::unauthorized);
    CHECK(fixture.node.append(other)->message.seq == 5);
}

// PostgreSQL keeps the plans of the first statements, when the log is almost empty and reading all of it is
// cheapest.
TEST_CASE("what is changed or looked up is found by its key from the first time on") {
    test::LogDatabase database;
    {
        test::LogNode node(database.options());
        const auto id = node.append(test::post_to(1, "one", "a"))->message.id;
        for (int i = 0; i < 20; ++i) {
            node.append(test::edit_of(id, fmt::format("edit {}", i)));
            node.append(test::post_to(1, "again", "a"));
        }
        node.append(test::deletion_of(id));
        for (int i = 0; i < 20; ++i) node.append(test::edit_of(id, "late"));
    }
    // A backend tells its numbers at its end.
    database.until("(select n_tup_upd from pg_stat_user_tables where relname = 'messages') >= 21");
    CHECK(database.number("select seq_scan from pg_stat_user_tables where relname = 'messages'") == 0);
}

TEST_CASE("clients that post, edit and delete in many rooms leave a log that is right, and heard") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    test::Load load;
    load.rooms = 4;
    load.most = 60;
    std::array<test::Listener, 4> listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i)
        node.listen(static_cast<std::int64_t>(i) + 1, listeners[i]);
    load.shared = 5;
    for (std::int64_t room = 1; room <= load.rooms; ++room)
        for (Seq seq = 1; seq <= load.shared; ++seq) node.append(test::post_to(room, "shared"));
    std::vector<test::Told> told;
    for (auto& answer : test::start_talking(node, load, 30))
        for (auto& one : test::outcome_of(answer)) told.push_back(std::move(one));
    CHECK(database.number("select count(*) from messages") ==
          static_cast<std::int64_t>(told.size()) + load.rooms * load.shared);
    CHECK(database.number("select count(*) from messages where target_seq is not null") > 300);
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, told) == "");
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        CHECK(listeners[i].has_no_hole());
        CHECK(test::contradictions(database, static_cast<std::int64_t>(i) + 1, listeners[i]) == "");
    }
}

}  // namespace roost::messages
