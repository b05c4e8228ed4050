#include "db/connection.hpp"

#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace roost::db {
namespace {

const Statement echo{"echo", "SELECT $1::bigint"};
const Statement divide{"divide", "SELECT 1 / $1::bigint"};
const Statement note{"note", "INSERT INTO notes VALUES ($1)"};
const Statement noted{"noted", "SELECT count(*) FROM notes"};

// A connection to a database with one table of unique numbers.
struct Fixture {
    explicit Fixture(ConnectionOptions options = {})
        : conninfo(test::empty_database()), admin(conninfo), connection(core, on(std::move(options))) {
        admin.exec("create table notes (number bigint primary key)");
    }
    ConnectionOptions on(ConnectionOptions options) const {
        options.conninfo = conninfo;
        return options;
    }
    Rows ask(const Statement& statement, const Params& params) {
        return core.run([&] { return connection->query(statement, params); });
    }
    std::int64_t count() { return ask(noted, {}).integer(0, 0); }

    std::string conninfo;
    BlockingConnection admin;
    test::OneCore core;
    test::OnCore<Connection> connection;
};

std::vector<Connection::Step> notes(std::initializer_list<std::int64_t> numbers) {
    std::vector<Connection::Step> steps;
    for (const auto number : numbers) steps.push_back({&note, params(number)});
    return steps;
}

}  // namespace

TEST_CASE("each of many queries under way at once gets its own answer") {
    Fixture fixture;
    auto answers = fixture.core.start_all(2'000, [&](std::size_t i) {
        return fixture.connection->query(echo, params(static_cast<std::int64_t>(i)));
    });
    for (std::size_t i = 0; i < answers.size(); ++i)
        REQUIRE(test::outcome_of(answers[i]).integer(0, 0) == static_cast<std::int64_t>(i));
}

TEST_CASE("an error is its own query's and leaves the others under way alone") {
    Fixture fixture;
    auto answers = fixture.core.start_all(90, [&](std::size_t i) {
        return fixture.connection->query(divide, params(static_cast<std::int64_t>(i % 3)));
    });
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (i % 3 != 0) {
            CHECK(test::outcome_of(answers[i]).integer(0, 0) == (i % 3 == 1 ? 1 : 0));
            continue;
        }
        try {
            test::outcome_of(answers[i]);
            FAIL("divided by zero");
        } catch (const Error& error) {
            CHECK(error.sqlstate() == "22012");
            CHECK(error.constraint().empty());
        }
    }
}

TEST_CASE("a transaction is done as a whole or not at all") {
    Fixture fixture;
    const auto rows = fixture.core.run([&] { return fixture.connection->transaction(notes({1, 2, 3})); });
    CHECK(rows.size() == 3);
    CHECK(rows.back().affected() == 1);
    CHECK(fixture.count() == 3);
    try {
        fixture.core.run([&] { return fixture.connection->transaction(notes({4, 5, 1, 6})); });
        FAIL("stored a number twice");
    } catch (const Error& error) {
        CHECK(error.sqlstate() == "23505");
        CHECK(error.constraint() == "notes_pkey");
    }
    CHECK(fixture.count() == 3);
}

TEST_CASE("a transaction of no steps does nothing") {
    Fixture fixture;
    CHECK(fixture.core.run([&] { return fixture.connection->transaction({}); }).empty());
    CHECK(fixture.count() == 0);
}

TEST_CASE("a statement that could not be prepared is prepared again the next time") {
    static const Statement later{"later", "SELECT count(*) FROM made_later"};
    Fixture fixture;
    for (int i = 0; i < 2; ++i) CHECK_THROWS_AS(fixture.ask(later, {}), Error);
    fixture.admin.exec("create table made_later ()");
    CHECK(fixture.ask(later, {}).integer(0, 0) == 0);
}

// The step that fails comes before one that is prepared for the first time, by a query behind as well.
TEST_CASE("a transaction that fails takes no statement away from those behind it") {
    Fixture fixture;
    std::vector<Connection::Step> failing;
    failing.push_back({&divide, params(std::int64_t{0})});
    failing.push_back({&echo, params(std::int64_t{1})});
    auto answers = fixture.core.start_all(3, [&](std::size_t i) {
        if (i == 0) return fixture.connection->transaction(failing);
        std::vector<Connection::Step> one;
        one.push_back({&echo, params(std::int64_t{5})});
        return fixture.connection->transaction(std::move(one));
    });
    CHECK_THROWS_AS(test::outcome_of(answers[0]), Error);
    CHECK(test::outcome_of(answers[1]).at(0).integer(0, 0) == 5);
    CHECK(test::outcome_of(answers[2]).at(0).integer(0, 0) == 5);
    CHECK(fixture.ask(echo, params(std::int64_t{6})).integer(0, 0) == 6);
}

TEST_CASE("one transaction may use the same statement more than once, from its first time on") {
    Fixture fixture;
    fixture.core.run([&] { return fixture.connection->transaction(notes({1, 2})); });
    CHECK(fixture.count() == 2);
}

TEST_CASE("large parameters and large results pass each other") {
    static const Statement back{"back", "SELECT $1::text, repeat($1::text, 2)"};
    Fixture fixture;
    const std::string text(1'000'000, 'x');
    auto answers = fixture.core.start_all(
        30, [&](std::size_t) { return fixture.connection->query(back, params(text)); });
    for (auto& answer : answers) {
        const auto rows = test::outcome_of(answer);
        REQUIRE(rows.text(0, 0) == text);
        REQUIRE(rows.text(0, 1).size() == 2 * text.size());
    }
}

TEST_CASE("more commands than the limit fail at once, and the others are answered") {
    ConnectionOptions options;
    options.most_commands = 3;
    Fixture fixture(options);
    fixture.core.until(
        [&] { return fixture.connection->is_ready() && fixture.connection->under_way() == 0; });
    auto answers = fixture.core.start_all(5, [&](std::size_t i) {
        return fixture.connection->query(echo, params(static_cast<std::int64_t>(i)));
    });
    for (std::size_t i = 0; i < 3; ++i) CHECK(test::outcome_of(answers[i]).integer(0, 0) == std::int64_t(i));
    for (std::size_t i = 3; i < 5; ++i) CHECK_THROWS_AS(test::outcome_of(answers[i]), Unavailable);
    CHECK(fixture.ask(echo, params(std::int64_t{7})).integer(0, 0) == 7);
}

TEST_CASE("a text with a NUL is refused by PostgreSQL and the connection goes on") {
    static const Statement text{"text", "SELECT $1::text"};
    Fixture fixture;
    CHECK_THROWS_AS(fixture.ask(text, params(std::string_view("a\0b", 3))), Error);
    CHECK(fixture.ask(text, params("b")).text(0, 0) == "b");
}

TEST_CASE("what is answered is on the disk, also where the database's default is less") {
    static const Statement setting{"setting", "SELECT current_setting('synchronous_commit')"};
    const std::pair<const char*, const char*> cases[] = {
        {"off", "on"}, {"on", "on"}, {"local", "local"}, {"remote_apply", "remote_apply"}};
    Fixture fixture;
    for (const auto& [preset, effective] : cases) {
        const auto conninfo = fmt::format("{} options='-c synchronous_commit={}'", fixture.conninfo, preset);
        test::OnCore<Connection> connection(fixture.core, ConnectionOptions{.conninfo = conninfo});
        const auto ask = [&] { return connection->query(setting, Params()); };
        CHECK(fixture.core.run(ask).text(0, 0) == effective);
    }
}

}  // namespace roost::db
