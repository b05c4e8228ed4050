// Several writers on one database: the primary key is the judge.
#include "messages/log_writer.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

// Posts one after the other; how many were stored.
Task<int> post_many(LogWriter& writer, std::int64_t client, std::int64_t rooms, int count, bool backwards) {
    int stored = 0;
    for (int i = 0; i < count; ++i) {
        const auto step = (client + i) % rooms;
        auto post = test::post_to(backwards ? rooms - step : step + 1, fmt::format("{} of {}", i, client));
        const auto posted = co_await writer.append(std::move(post));
        if (posted && posted->is_new) ++stored;
    }
    co_return stored;
}

// With it two transactions that wait for each other wait longer than any post.
void have_no_patience_with_circles(test::LogDatabase& database) {
    database.admin.exec(fmt::format("alter database {} set deadlock_timeout = '60s'",
                                    database.one("select current_database()")));
}

// Two nodes at once, each with `clients` that post to the rooms 1 to `rooms`.
void hammer(test::LogDatabase& database, std::size_t clients, std::int64_t rooms, int count) {
    have_no_patience_with_circles(database);
    test::LogNode one(database.options()), other(database.options());
    std::array<test::Listener, 2> listeners;
    one.listen(1, listeners[0]);
    other.listen(1, listeners[1]);
    const auto start = [&](test::LogNode& node, bool backwards) {
        return node.core.start_all(clients, [&node, rooms, count, backwards](std::size_t i) {
            return post_many(*node.writer, static_cast<std::int64_t>(i), rooms, count, backwards);
        });
    };
    auto ones = start(one, false);
    auto others = start(other, true);
    for (auto* answers : {&ones, &others})
        for (auto& answer : *answers) CHECK(test::outcome_of(answer) == count);
    const auto total = static_cast<std::int64_t>(2 * clients) * count;
    CHECK(database.number("select count(*) from messages") == total);
    CHECK(database.number("select count(distinct writer) from messages") == 2);
    CHECK(database.rooms_with_holes() == 0);
    // Each hears, from its first own message on, what it stored and what came between.
    for (const auto& listener : listeners) CHECK(listener.is_in_order());
}

}  // namespace

TEST_CASE("numbers that another writer took are passed over, and its messages are heard in their place") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    test::Listener listener;
    node.listen(1, listener);
    CHECK(node.append(test::post_to(1, "one"))->message.seq == 1);
    database.insert_of_another(1, 2, "two");
    database.insert_of_another(1, 3, "three");
    CHECK(node.append(test::post_to(1, "four"))->message.seq == 4);
    CHECK(listener.places == std::vector<std::int64_t>{1, 2, 3, 4});
    CHECK(listener.payloads.at(1).find(R"("content":"two")") != std::string::npos);
    CHECK(listener.payloads.at(2).find(R"("content":"three")") != std::string::npos);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a post is acknowledged even if what another writer stored before it cannot be read") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    node.append(test::post_to(1, "one"));
    database.insert_of_another(1, 2, "two");
    database.admin.exec("alter table messages drop column deleted_at");
    auto answers = node.core.start_all(
        3, [&](std::size_t i) { return node.writer->append(test::post_to(1, fmt::format("more {}", i))); });
    for (std::size_t i = 0; i < answers.size(); ++i)
        CHECK(test::outcome_of(answers[i])->message.seq == static_cast<Seq>(i) + 3);
    CHECK(database.number("select count(*) from messages") == 5);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a conflict in one room of a batch renumbers that room and leaves no hole in the others") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    for (const std::int64_t room : {1, 2, 3}) node.append(test::post_to(room, "first"));
    database.insert_of_another(2, 2, "rival");
    auto answers = node.core.start_all(13, [&](std::size_t i) {
        return node.writer->append(
            test::post_to(i == 0 ? 9 : 1 + static_cast<std::int64_t>(i - 1) % 3, "more"));
    });
    for (std::size_t i = 1; i < answers.size(); ++i) {
        const auto room = 1 + (i - 1) % 3;
        const auto expected = static_cast<Seq>(2 + (i - 1) / 3 + (room == 2 ? 1 : 0));
        CHECK((*test::outcome_of(answers[i])).message.seq == expected);
    }
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a post that another writer has stored is answered with its message") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    test::Listener listener;
    node.listen(1, listener);
    node.append(test::post_to(1, "one"));
    database.insert_of_another(1, 2, "theirs", "a");
    const auto again = node.append(test::post_to(1, "ours", "a"));
    CHECK_FALSE(again->is_new);
    CHECK(again->message.seq == 2);
    CHECK(again->message.content == "theirs");
    CHECK(node.append(test::post_to(1, "three"))->message.seq == 3);
    CHECK(listener.places == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("numbers and client ids of another writer in one batch are both minded") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    node.append(test::post_to(1, "one"));
    node.append(test::post_to(2, "one"));
    database.insert_of_another(1, 2, "rival");
    database.insert_of_another(2, 2, "theirs", "b");
    const std::vector<Post> posts{test::post_to(3, "lead"), test::post_to(1, "x"),
                                  test::post_to(2, "ours", "b"), test::post_to(2, "y"),
                                  test::post_to(1, "z", "b")};
    auto answers =
        node.core.start_all(posts.size(), [&](std::size_t i) { return node.writer->append(posts[i]); });
    std::string said;
    for (auto& answer : answers) {
        const auto posted = *test::outcome_of(answer);
        said += fmt::format("{}={}{} ", posted.message.id.str(), posted.message.content,
                            posted.is_new ? "!" : "");
    }
    CHECK(said == "3-1=lead! 1-3=x! 2-2=theirs 2-3=y! 1-4=z! ");
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a post that meets conflicts many times in a row is stored in the end") {
    test::LogDatabase database;
    database.admin.exec("create sequence tries");
    database.before_row_with("unlucky",
                             "if nextval('tries') <= 100 then raise exception using "
                             "errcode = 'unique_violation', constraint = 'messages_pkey'; end if;");
    test::LogNode node(database.options());
    CHECK(node.append(test::post_to(1, "unlucky"))->message.seq == 1);
}

TEST_CASE("two writers on one room lose nothing, double nothing and leave no hole") {
    test::LogDatabase database;
    hammer(database, 8, 1, 40);
}

TEST_CASE("two writers on many rooms lose nothing, double nothing and leave no hole") {
    test::LogDatabase database;
    hammer(database, 60, 12, 10);
}

// One is held up in the middle of its rows while the other comes the opposite way.
TEST_CASE("two writers with the same rooms in opposite order do not wait for each other in a circle") {
    test::LogDatabase database;
    have_no_patience_with_circles(database);
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "if nextval('tries') = 1 then perform pg_sleep(0.5); end if;");
    test::LogNode one(database.options()), other(database.options());
    const auto start = [](test::LogNode& node, const std::vector<Post>& posts) {
        return node.core.start_all(posts.size(),
                                   [&node, posts](std::size_t i) { return node.writer->append(posts[i]); });
    };
    auto ones = start(one, {test::post_to(8, "lead"), test::post_to(2, "first"), test::post_to(1, "slow")});
    database.until_asleep();
    auto others =
        start(other, {test::post_to(9, "lead"), test::post_to(1, "second"), test::post_to(2, "third")});
    for (auto* answers : {&ones, &others})
        for (auto& answer : *answers) CHECK(test::outcome_of(answer)->is_new);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("the same post by two writers at once is one message") {
    test::LogDatabase database;
    test::LogNode one(database.options()), other(database.options());
    for (int i = 0; i < 30; ++i) {
        const auto post = test::post_to(1, fmt::format("text {}", i), fmt::format("id-{}", i).c_str());
        const auto start = [&post](test::LogNode& node) {
            return node.core.start([&] { return node.writer->append(post); });
        };
        auto first = start(one);
        auto second = start(other);
        const auto here = *test::outcome_of(first);
        const auto there = *test::outcome_of(second);
        CHECK(here.is_new != there.is_new);
        CHECK(here.message.id == there.message.id);
    }
    CHECK(database.number("select count(*) from messages") == 30);
    CHECK(database.rooms_with_holes() == 0);
}

}  // namespace roost::messages
