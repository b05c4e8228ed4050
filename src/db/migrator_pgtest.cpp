#include "db/migrator.hpp"

#include "db/error.hpp"
#include "support/cluster.hpp"

#include <doctest/doctest.h>

#include <array>
#include <thread>

namespace roost::db {

namespace {

constexpr std::array<Migration, 2> two{{
    {1, "first", "create table first (id int)", "drop table first"},
    {2, "second", "create table second (id int)", "drop table second"},
}};

bool has_table(BlockingConnection& connection, const std::string& name) {
    return connection.query("select to_regclass($1)", {name}).at(0).at(0).has_value();
}

std::string message_of(const auto& action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("migrations go up, are listed, go down and go up again") {
    const auto conninfo = test::empty_database();
    BlockingConnection connection(conninfo);
    Migrator migrator(conninfo, two);

    CHECK(migrator.status().at(0).state == MigrationState::pending);
    CHECK_FALSE(has_table(connection, "schema_migrations"));
    CHECK(migrator.migrate() == std::vector{1, 2});
    CHECK(migrator.migrate().empty());
    CHECK(has_table(connection, "second"));

    const auto rows = migrator.status();
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].version == 2);
    CHECK(rows[1].name == "second");
    CHECK(rows[1].state == MigrationState::applied);
    REQUIRE(rows[1].applied_at);
    CHECK(std::abs(rows[1].applied_at->unix_s() - Timestamp::now().unix_s()) < 60);

    CHECK(migrator.rollback(1) == std::vector{2});
    CHECK_FALSE(has_table(connection, "second"));
    CHECK(has_table(connection, "first"));
    CHECK(migrator.status().at(1).state == MigrationState::pending);
    CHECK(migrator.migrate() == std::vector{2});
    CHECK(migrator.rollback(9) == std::vector{2, 1});
    CHECK_FALSE(has_table(connection, "first"));
}

TEST_CASE("an applied migration whose text was changed is refused by its number") {
    const auto conninfo = test::empty_database();
    Migrator(conninfo, two).migrate();
    auto changed = two;
    changed[0].up = "create table first (id bigint)";
    Migrator migrator(conninfo, changed);
    CHECK(migrator.status().at(0).state == MigrationState::changed);
    CHECK(message_of([&] { migrator.migrate(); }).find("0001 first was changed") != std::string::npos);
    CHECK(message_of([&] { migrator.rollback(1); }).find("0001 first was changed") != std::string::npos);
}

TEST_CASE("a database that a newer version migrated is refused by the number it does not know") {
    const auto conninfo = test::empty_database();
    Migrator(conninfo, two).migrate();
    Migrator older(conninfo, std::span(two).first(1));
    CHECK(older.status().at(1).state == MigrationState::unknown);
    CHECK(message_of([&] { older.migrate(); }).find("0002 second") != std::string::npos);
    CHECK(message_of([&] { older.rollback(1); }).find("0002 second") != std::string::npos);
}

TEST_CASE("a migration that fails leaves nothing of itself, and those before it stay") {
    const auto conninfo = test::empty_database();
    auto broken = two;
    broken[1].up = "create table second (id int); insert into second values ('x')";
    Migrator migrator(conninfo, broken);
    CHECK(message_of([&] { migrator.migrate(); }).find("0002 second failed") != std::string::npos);
    BlockingConnection connection(conninfo);
    CHECK(has_table(connection, "first"));
    CHECK_FALSE(has_table(connection, "second"));
    CHECK(migrator.status().at(1).state == MigrationState::pending);
    CHECK(Migrator(conninfo, two).migrate() == std::vector{2});
}

TEST_CASE("of two processes that migrate at once, one waits and finds nothing to do") {
    const auto conninfo = test::empty_database();
    // The first holds its lock inside its migration until the second is seen waiting.
    constexpr std::array<Migration, 1> slow{{{1, "slow",
                                              "create table slow (id int);"
                                              "do $$ begin for i in 1..6000 loop"
                                              "  if exists (select from pg_locks where locktype = 'advisory'"
                                              "      and not granted) then return; end if;"
                                              "  perform pg_sleep(0.005);"
                                              "end loop; raise exception 'nobody waits'; end $$",
                                              "drop table slow"}}};
    std::array<std::size_t, 2> applied{};
    const auto migrate = [&](std::size_t index) {
        applied[index] = Migrator(conninfo, slow).migrate().size();
    };
    std::thread first(migrate, 0);
    std::thread second(migrate, 1);
    first.join();
    second.join();
    CHECK(applied[0] + applied[1] == 1);
}

TEST_CASE("the released schema goes up, down to nothing, and up again with its lobby") {
    const auto conninfo = test::fresh_database();
    BlockingConnection connection(conninfo);
    Migrator migrator(conninfo);
    migrator.rollback(static_cast<int>(embedded_migrations().size()));
    const auto left = connection.query("select tablename from pg_tables where schemaname = 'public'");
    CHECK(left == TextRows{TextRow{"schema_migrations"}});
    CHECK(migrator.migrate().size() == embedded_migrations().size());
    CHECK(connection.query("select name, private, owner_id from rooms where slug = 'lobby'") ==
          TextRows{TextRow{"Lobby", "f", std::nullopt}});
}

TEST_CASE("one client id is one message of its author in a room, and messages without one are many") {
    BlockingConnection connection(test::fresh_database());
    const auto post = [&](const char* seq, std::optional<std::string> client_id) {
        connection.query(
            "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, "
            "client_id, writer) values (1, $1::bigint, $1::bigint, 1, 'a', 'b', $2, 7)",
            {seq, std::move(client_id)});
    };
    post("1", std::nullopt);
    post("2", std::nullopt);
    post("3", "once");
    try {
        post("4", "once");
        FAIL("stored twice");
    } catch (const Error& error) {
        CHECK(error.sqlstate() == "23505");
        CHECK(error.constraint() == "messages_client_id_key");
    }
}

TEST_CASE("no exception of a connection that cannot be made tells the password") {
    for (const auto* conninfo : {
             "postgresql://roost:se/cret@nowhere.invalid:5432/roost",
             "postgresql://roost:se@cret@nowhere.invalid/roost",
             "postgresql://roost:se#cret@nowhere.invalid/roost",
             "postgresql://roost:12/se/cret@nowhere.invalid/roost",
             "postgresql:/roost:secret@nowhere.invalid/roost",
             "postgresql://roost:secret@127.0.0.1:1/roost",
             "host=127.0.0.1 port=1 password=secret",
             "host=127.0.0.1 password='secret",
         }) {
        CAPTURE(conninfo);
        const auto message = message_of([&] { BlockingConnection connection(conninfo); });
        CHECK_FALSE(message.empty());
        CHECK(message.find("cret") == std::string::npos);
    }
}

}  // namespace roost::db
