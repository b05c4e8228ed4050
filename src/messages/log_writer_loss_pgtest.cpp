// What becomes of posts when the connection is lost between the sending and the answer.
#include "messages/log_writer.hpp"
#include "net/timer.hpp"
#include "support/lost_connections.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <random>

namespace roost::messages {
namespace {

using namespace std::chrono_literals;

struct Acknowledged {
    MessageId id;
    std::string content;
};

struct Load {
    std::atomic<bool> enough = false;
    std::atomic<int> acknowledged = 0;
};

// Posts until there is enough, each try with a text of its own and without a client id, as a client that
// cannot repeat a post does.
Task<std::vector<Acknowledged>> post_until_enough(Load& load, LogWriter& writer, std::int64_t client) {
    std::vector<Acknowledged> acknowledged;
    for (int attempt = 0; !load.enough; ++attempt) {
        const auto content = fmt::format("{} of {}", attempt, client);
        bool was_lost = false;
        try {
            auto post = test::post_to(1 + client % 3, content);
            const auto posted = co_await writer.append(std::move(post));
            acknowledged.push_back({posted->message.id, content});
            ++load.acknowledged;
        } catch (const db::Unavailable&) {
            was_lost = true;
        }
        if (was_lost) co_await net::sleep_for(5ms);
    }
    co_return acknowledged;
}

}  // namespace

TEST_CASE(
    "while backends are killed and connections cut at random, each acknowledged post is stored once and "
    "there is no hole") {
    test::LogDatabase database;
    const auto others = test::connections();
    test::LogNode node(database.options());
    std::array<test::Listener, 3> listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i)
        node.listen(static_cast<std::int64_t>(i) + 1, listeners[i]);
    Load load;
    auto answers = node.core.start_all(24, [&](std::size_t i) {
        return post_until_enough(load, *node.writer, static_cast<std::int64_t>(i));
    });
    std::mt19937 random(std::random_device{}());
    for (int losses = 0; losses < 30; ++losses) {
        // When posts flow again, at some moment of some batch.
        const int before = load.acknowledged;
        while (load.acknowledged < before + 100) std::this_thread::yield();
        for (auto left = random() % 30; left > 0; --left) database.one("select 1");
        if (losses % 2 == 0)
            while (test::cut_connections_but(others) == 0) std::this_thread::yield();
        else
            while (database.terminate_backends() == 0) std::this_thread::yield();
    }
    load.enough = true;
    for (auto& answer : answers) {
        for (const auto& [id, content] : test::outcome_of(answer)) {
            REQUIRE(database.content_of(id.room.value(), id.seq) == content);
            REQUIRE(listeners[static_cast<std::size_t>(id.room.value() - 1)].has(id.seq));
        }
    }
    CHECK(database.number("select count(*) - count(distinct content) from messages") == 0);
    CHECK(database.number("select count(*) from messages") >= load.acknowledged);
    CHECK(database.rooms_with_holes() == 0);
    for (const auto& listener : listeners) CHECK(listener.has_no_hole());
}

// The connection is given up while PostgreSQL still works on the batch: it lands after all.
TEST_CASE("a batch that lands after its connection was given up is acknowledged once, with its numbers") {
    test::LogDatabase database;
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "perform nextval('tries');");
    database.after_row_with("slow", "perform pg_sleep(1);");
    test::LogNode node(test::impatient(database));
    test::Listener listener;
    node.listen(1, listener);
    auto answers = node.core.start_all(6, [&](std::size_t i) {
        return node.writer->append(
            test::post_to(i == 0 ? 2 : 1, i == 1 ? "slow" : fmt::format("text {}", i)));
    });
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto posted = *test::outcome_of(answers[i]);
        CHECK(posted.is_new);
        CHECK(posted.message.seq == (i == 0 ? 1 : static_cast<Seq>(i)));
        CHECK(database.content_of(posted.message.id.room.value(), posted.message.seq) ==
              posted.message.content);
    }
    CHECK(database.number("select count(*) from messages") == 6);
    CHECK(listener.has_no_hole());
    CHECK(listener.places.size() == 5);
    CHECK(database.number("select last_value from tries") > 1);  // it was sent again
}

TEST_CASE("a batch that fails after its connection was given up is stored by sending it again") {
    test::LogDatabase database;
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "perform nextval('tries');");
    database.after_row_with("slow",
                            "if (select last_value from tries) = 1 then perform pg_sleep(1); "
                            "raise exception 'cannot'; end if;");
    test::LogNode node(test::impatient(database));
    auto answers = node.core.start_all(
        6, [&](std::size_t i) { return node.writer->append(test::post_to(1, i == 1 ? "slow" : "quick")); });
    for (std::size_t i = 0; i < answers.size(); ++i)
        CHECK(test::outcome_of(answers[i])->message.seq == static_cast<Seq>(i) + 1);
    CHECK(database.number("select count(*) from messages") == 6);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a given-up batch whose number another writer takes is renumbered and stored once") {
    test::LogDatabase database;
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "if nextval('tries') = 1 then perform pg_sleep(1); end if;");
    test::LogNode node(test::impatient(database));
    auto answers = node.core.start_all(3, [&](std::size_t i) {
        return node.writer->append(test::post_to(static_cast<std::int64_t>(i), i == 1 ? "slow" : "quick"));
    });
    database.until_asleep();
    database.insert_of_another(2, 1, "rival");
    CHECK(test::outcome_of(answers[0])->message.seq == 1);
    CHECK(test::outcome_of(answers[1])->message.seq == 1);
    CHECK(test::outcome_of(answers[2])->message.seq == 2);
    CHECK(database.number("select count(*) from messages") == 4);
    CHECK(database.rooms_with_holes() == 0);
}

// The first sending lands, a later one is refused for a reason that says nothing about the first.
TEST_CASE("a batch of unknown fate is not sent again row by row, nor taken for a later post") {
    test::LogDatabase database;
    database.admin.exec("create sequence tries");
    database.before_row_with("slow", "if nextval('tries') > 1 then raise exception 'cannot'; end if;");
    database.after_row_with("slow", "perform pg_sleep(1);");
    test::LogNode node(test::impatient(database));
    auto answers = node.core.start_all(3, [&](std::size_t i) {
        return node.writer->append(
            test::post_to(i == 0 ? 2 : 1, i == 1 ? "slow" : fmt::format("text {}", i)));
    });
    CHECK(test::outcome_of(answers[0])->is_new);
    for (const auto i : {1U, 2U}) CHECK_THROWS_AS(test::outcome_of(answers[i]), db::Unavailable);
    // It waits for those, or comes when they are there.
    CHECK(node.append(test::post_to(1, "next"))->message.seq == 3);
    CHECK(database.content_of(1, 1) == "slow");
    CHECK(database.content_of(1, 2) == "text 2");
    CHECK(database.content_of(1, 3) == "next");
    CHECK(database.number("select count(*) from messages") == 4);
}

TEST_CASE("while PostgreSQL is away posts are told so in time, and afterwards they are stored again") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.answer_within = 100ms;
    test::LogNode node(database.options(), limits);
    test::Listener listener;
    node.listen(1, listener);
    CHECK(node.append(test::post_to(1, "before"))->message.seq == 1);

    const auto name = database.one("select current_database()");
    db::BlockingConnection elsewhere(test::empty_database());
    elsewhere.exec(fmt::format("alter database {} allow_connections false", name));
    database.terminate_backends();
    for (int i = 0; i < 3; ++i) {
        const auto start = Clock::now();
        CHECK_THROWS_AS(node.append(test::post_to(1, fmt::format("meanwhile {}", i))), db::Unavailable);
        CHECK(Clock::now() - start < 5s);
    }
    elsewhere.exec(fmt::format("alter database {} allow_connections true", name));

    std::optional<Posted> after;
    const auto deadline = Clock::now() + 20s;
    while (!after && Clock::now() < deadline) {
        try {
            after = *node.append(test::post_to(1, "after"));
        } catch (const db::Unavailable&) {
            std::this_thread::yield();
        }
    }
    REQUIRE(after);
    CHECK(database.content_of(1, after->message.seq) == "after");
    CHECK(database.rooms_with_holes() == 0);
    CHECK(listener.has_no_hole());
}

TEST_CASE("a post that waits too long is told so, whether it was sent or not") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.answer_within = 100ms;
    test::LogNode node(database.options(), limits);
    database.admin.exec("begin; lock table messages in exclusive mode");
    auto answers = node.core.start_all(
        3, [&](std::size_t i) { return node.writer->append(test::post_to(1, fmt::format("text {}", i))); });
    for (auto& answer : answers) CHECK_THROWS_AS(test::outcome_of(answer), db::Unavailable);
    database.admin.exec("commit");
    // What was sent before is stored, what only waited is not.
    CHECK(node.append(test::post_to(1, "after"))->message.seq == 2);
    CHECK(database.content_of(1, 1) == "text 0");
    CHECK(database.number("select count(*) from messages") == 2);
}

TEST_CASE("a writer that is destroyed fails what is under way and what waits") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    database.admin.exec("begin; lock table messages in exclusive mode");
    auto answers = node.core.start_all(
        10, [&](std::size_t i) { return node.writer->append(test::post_to(1, fmt::format("text {}", i))); });
    database.until(
        "exists (select from pg_locks l join pg_stat_activity using (pid) where not granted "
        "and datname = current_database())");
    node.writer.destroy();
    for (auto& answer : answers) CHECK_THROWS_AS(test::outcome_of(answer), db::Unavailable);
    database.admin.exec("commit");
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a writer that is destroyed while PostgreSQL is away fails what waits") {
    test::LogDatabase database;
    auto options = database.options();
    options.conninfo = "host=/nonexistent";
    test::LogNode node(options);
    auto answers = node.core.start_all(
        10, [&](std::size_t i) { return node.writer->append(test::post_to(1, fmt::format("text {}", i))); });
    auto later = node.core.start([&] { return node.writer->append(test::post_to(1, "later")); });
    CHECK_THROWS_AS(test::outcome_of(later), db::Unavailable);
    node.writer.destroy();
    for (auto& answer : answers) CHECK_THROWS_AS(test::outcome_of(answer), db::Unavailable);
}

TEST_CASE("a row that the disk refuses fails alone, as something that may go better later") {
    for (const char* sqlstate : {"58030", "XX000", "42501"}) {
        test::LogDatabase database;
        database.before_row_with("no room",
                                 fmt::format("raise exception 'disk' using errcode = '{}';", sqlstate));
        test::LogNode node(database.options());
        auto answers = node.core.start_all(3, [&node](std::size_t i) {
            auto post = test::post_to(1, i == 1 ? "no room" : fmt::format("text {}", i));
            return node.writer->append(std::move(post));
        });
        CHECK(test::outcome_of(answers[0])->is_new);
        CHECK_THROWS_AS(test::outcome_of(answers[1]), db::Unavailable);
        CHECK(test::outcome_of(answers[2])->is_new);
        CHECK(database.number("select count(*) from messages") == 2);
    }
}

TEST_CASE("what a full disk refuses is tried until nobody waits for it, and then the next one is") {
    test::LogDatabase database;
    database.admin.exec("create table disk (is_full boolean); insert into disk values (true)");
    database.before_row_with(
        "refused",
        "if (select is_full from disk) then raise exception 'full' using errcode = '53100'; end if;");
    LogWriterLimits limits;
    limits.answer_within = std::chrono::milliseconds(400);
    test::LogNode node(database.options(), limits);
    CHECK_THROWS_AS(node.append(test::post_to(1, "refused")), db::Unavailable);
    database.admin.exec("update disk set is_full = false");
    // Given up within a moment; then the next one is tried.
    const auto stored = [&] {
        try {
            return node.append(test::post_to(1, "next")).has_value();
        } catch (const db::Unavailable&) {
            return false;
        }
    };
    const auto deadline = Clock::now() + test::patience;
    while (!stored()) REQUIRE(Clock::now() < deadline);
    CHECK(database.number("select count(*) from messages where content = 'next'") == 1);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a batch that was refused and then failed leaves the way free for the next one") {
    test::LogDatabase database;
    database.admin.exec("create sequence tries");
    database.before_row_with("unlucky",
                             "case nextval('tries') "
                             "when 1 then raise exception 'full' using errcode = '53100'; "
                             "else raise exception 'disk' using errcode = '58030'; end case;");
    test::LogNode node(database.options());
    CHECK_THROWS_AS(node.append(test::post_to(1, "unlucky")), db::Unavailable);
    CHECK(database.number("select last_value from tries") == 2);
    CHECK(node.append(test::post_to(1, "next"))->message.seq == 1);
}

}  // namespace roost::messages
