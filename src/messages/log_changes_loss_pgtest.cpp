// What becomes of edits and deletions when the connection is lost between the sending and the answer.
#include "messages/log_writer.hpp"
#include "support/log_audit.hpp"
#include "support/log_load.hpp"
#include "support/lost_connections.hpp"

#include <doctest/doctest.h>

#include <random>

namespace roost::messages {
namespace {

using Answer = std::future<Result<Posted>>;

// All in one turn; the first one goes alone, and the others gather meanwhile.
std::vector<Answer> start(test::LogNode& node, const std::vector<Entry>& entries) {
    return node.core.start_all(entries.size(), [&node, entries](std::size_t i) {
        return std::visit([&node](const auto& entry) { return node.writer->append(entry); }, entries[i]);
    });
}

// Loses the connections of all nodes, at some moment of some batch while entries flow.
void lose_connections(test::LogDatabase& database, const std::set<int>& others, test::Load& load, int times) {
    std::mt19937 random(std::random_device{}());
    for (int losses = 0; losses < times; ++losses) {
        const int before = load.told;
        while (load.told < before + 100) std::this_thread::yield();
        for (auto left = random() % 30; left > 0; --left) database.one("select 1");
        if (losses % 2 == 0)
            while (test::cut_connections_but(others) == 0) std::this_thread::yield();
        else
            while (database.terminate_backends() == 0) std::this_thread::yield();
    }
    load.enough = true;
}

}  // namespace

TEST_CASE(
    "while connections are lost at random, posts and changes are stored as they are told, and heard once") {
    test::LogDatabase database;
    const auto others = test::connections();
    test::LogNode node(database.options());
    test::Load load;
    load.shared = 5;
    std::array<test::Listener, 3> listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i)
        node.listen(static_cast<std::int64_t>(i) + 1, listeners[i]);
    for (std::int64_t room = 1; room <= load.rooms; ++room)
        for (Seq seq = 1; seq <= load.shared; ++seq) node.append(test::post_to(room, "shared"));
    auto answers = test::start_talking(node, load, 24);
    lose_connections(database, others, load, 30);
    std::vector<test::Told> told;
    for (auto& answer : answers)
        for (auto& one : test::outcome_of(answer)) told.push_back(std::move(one));
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, told) == "");
    CHECK(database.number("select count(*) from messages where target_seq is not null") > 500);
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        CHECK(listeners[i].has_no_hole());
        CHECK(test::contradictions(database, static_cast<std::int64_t>(i) + 1, listeners[i]) == "");
    }
}

TEST_CASE("while two writers lose their connections at random, the log is right, and each hears it") {
    test::LogDatabase database;
    const auto others = test::connections();
    test::LogNode one(database.options()), other(database.options());
    test::Load load;
    load.shared = 5;
    for (std::int64_t room = 1; room <= load.rooms; ++room)
        for (Seq seq = 1; seq <= load.shared; ++seq) one.append(test::post_to(room, "shared"));
    std::array<test::Listener, 2> listeners;
    one.listen(1, listeners[0]);
    other.listen(1, listeners[1]);
    auto answers = test::start_talking(one, load, 10);
    for (auto& answer : test::start_talking(other, load, 10, 10)) answers.push_back(std::move(answer));
    lose_connections(database, others, load, 20);
    std::vector<test::Told> told;
    for (auto& answer : answers)
        for (auto& outcome : test::outcome_of(answer)) told.push_back(std::move(outcome));
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, told) == "");
    for (const auto& listener : listeners) CHECK(test::contradictions(database, 1, listener) == "");
}

// The connection is given up while PostgreSQL still works on the batch: it lands after all.
TEST_CASE(
    "changes that land after their connection was given up are answered and broadcast as they are stored") {
    test::LogDatabase database;
    test::LogNode node(test::impatient(database));
    test::Listener listener;
    node.listen(1, listener);
    const auto one = node.append(test::post_to(1, "one"))->message.id;
    const auto two = node.append(test::post_to(1, "two"))->message.id;
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "perform nextval('tries');");
    database.after_row_with("slow", "perform pg_sleep(1);");
    auto answers = start(node, {test::post_to(2, "lead"), test::post_to(1, "slow"),
                                test::edit_of(one, "better"), test::deletion_of(two)});
    CHECK(test::outcome_of(answers[1])->message.seq == 3);
    const auto edited = test::outcome_of(answers[2])->message;
    CHECK(edited.content == "better");
    CHECK(edited.changed_seq == 4);
    CHECK(edited.user.name == "Ann");
    const auto deleted = test::outcome_of(answers[3]);
    CHECK(deleted->is_new);
    CHECK(deleted->message.changed_seq == 5);
    CHECK(deleted->message.deleted_at);
    CHECK(listener.has_no_hole());
    CHECK(listener.places.size() == 5);
    CHECK(database.number("select last_value from tries") > 1);  // it was sent again
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, 1, listener) == "");
}

// The first sending has not come to its rows when the connection is given up, and the message goes meanwhile.
TEST_CASE(
    "a given-up batch whose message another writer deletes is resolved: the change fails, the rest is "
    "stored") {
    test::LogDatabase database;
    test::LogNode node(test::impatient(database));
    test::Listener listener;
    node.listen(1, listener);
    const auto one = node.append(test::post_to(1, "one"))->message.id;
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "if nextval('tries') = 1 then perform pg_sleep(1); end if;");
    auto answers = start(node, {test::post_to(2, "lead"), test::post_to(1, "slow"),
                                test::edit_of(one, "better"), test::post_to(1, "quick")});
    database.until_asleep();
    database.change_of_another(1, 2, 1);
    CHECK(test::outcome_of(answers[1])->message.seq == 3);
    CHECK(test::outcome_of(answers[2]).error().errc() == Errc::message_deleted);
    CHECK(test::outcome_of(answers[3])->message.seq == 4);
    CHECK(listener.has_no_hole());
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, 1, listener) == "");
}

TEST_CASE(
    "a change that landed, and that another writer outdid before it was known, is told by the later one") {
    test::LogDatabase database;
    test::LogNode node(test::impatient(database));
    test::Listener listener;
    node.listen(1, listener);
    const auto one = node.append(test::post_to(1, "one"))->message.id;
    database.after_row_with("slow", "perform pg_sleep(1);");
    auto answers =
        start(node, {test::post_to(2, "lead"), test::edit_of(one, "better"), test::post_to(1, "slow")});
    database.until_asleep();
    // Comes next behind the sleeping batch: before the writer can ask what became of it.
    database.admin.exec("begin; lock table messages in access exclusive mode");
    database.change_of_another(1, 4, 1, "best");
    database.admin.exec("commit");
    const auto edited = test::outcome_of(answers[1])->message;
    CHECK(edited.changed_seq == 4);
    CHECK(edited.content == "best");
    CHECK(listener.places == std::vector<std::int64_t>{1, 3});
    CHECK(node.append(test::post_to(1, "next"))->message.seq == 5);
    CHECK(listener.places == std::vector<std::int64_t>{1, 3, 4, 5});
    CHECK(listener.events.at(2) == "message_updated");
    CHECK(test::contradictions(database) == "");
    CHECK(test::contradictions(database, 1, listener) == "");
}

}  // namespace roost::messages
