// A connection that is refused, lost, too slow or ended.
#include "db/connection.hpp"
#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace roost::db {
namespace {

using namespace std::chrono_literals;

const Statement sleep{"sleep", "SELECT pg_sleep(100)"};
const Statement backend{"backend", "SELECT pg_backend_pid()"};
const Statement length_of{"length_of", "SELECT length($1::text)"};

struct Fixture {
    explicit Fixture(ConnectionOptions options = {})
        : conninfo(test::empty_database()), admin(conninfo), connection(core, on(std::move(options))) {}
    ConnectionOptions on(ConnectionOptions options) const {
        options.conninfo = conninfo;
        return options;
    }
    auto start(const Statement& statement) {
        return core.start([&] { return connection->query(statement, {}); });
    }
    std::int64_t ask(const Statement& statement) { return test_outcome(start(statement)); }
    static std::int64_t test_outcome(std::future<Rows> answer) {
        return test::outcome_of(answer).integer(0, 0);
    }

    void until_sleeping() {
        const auto* others =
            "select from pg_stat_activity where query = 'SELECT pg_sleep(100)' "
            "and state = 'active' and datname = current_database()";
        while (admin.query(others).empty()) std::this_thread::yield();
    }
    void until_ready() {
        core.until([&] { return connection->is_ready(); });
    }
    void terminate_backends() {
        admin.query(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()");
    }

    std::string conninfo;
    BlockingConnection admin;
    test::OneCore core;
    test::OnCore<Connection> connection;
};

// How long it takes until a query on a connection with these options is given up.
std::chrono::steady_clock::duration time_to_give_up(const ConnectionOptions& options) {
    test::OneCore core;
    const auto start = std::chrono::steady_clock::now();  // the connection connects from the first moment on
    test::OnCore<Connection> connection(core, options);
    auto answer = core.start([&] { return connection->query(sleep, {}); });
    CHECK_THROWS_AS(test::outcome_of(answer), Unavailable);
    return std::chrono::steady_clock::now() - start;
}

// A port that takes connections and never says a word.
struct SilentServer {
    SilentServer() : descriptor(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(descriptor, 8) == 0);
        REQUIRE(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        conninfo = fmt::format("host=127.0.0.1 port={} user=nobody dbname=nowhere", ntohs(address.sin_port));
    }
    ~SilentServer() { ::close(descriptor); }

    int descriptor;
    std::string conninfo;
};

}  // namespace

TEST_CASE("a server that is not there is reported at once") {
    CHECK(time_to_give_up({.conninfo = "host=127.0.0.1 port=1 user=nobody"}) < 2s);
    CHECK(time_to_give_up({.conninfo = "host=/nonexistent user=nobody"}) < 2s);
    CHECK(time_to_give_up({.conninfo = "this is = no ' connection string"}) < 2s);
}

TEST_CASE("a server that takes the connection and says nothing is given up in time") {
    const SilentServer server;
    const auto time = time_to_give_up({.conninfo = server.conninfo, .connect_timeout = 100ms});
    CHECK(time >= 100ms);
    CHECK(time < 5s);
}

TEST_CASE("a database that appears later is found by itself") {
    const auto conninfo = test::empty_database();
    test::OneCore core;
    test::OnCore<Connection> connection(core, ConnectionOptions{.conninfo = conninfo + " dbname=later"});
    CHECK_THROWS_AS(core.run([&] { return connection->query(backend, {}); }), Unavailable);
    BlockingConnection(conninfo).exec("create database later");
    core.until([&] { return connection->is_ready(); });
    CHECK(core.run([&] { return connection->query(backend, {}); }).size() == 1);
}

TEST_CASE("a query whose backend is killed fails, those behind it too, and the connection comes back") {
    Fixture fixture;
    const auto before = fixture.ask(backend);
    auto asleep = fixture.start(sleep);
    auto behind = fixture.start(backend);
    fixture.until_sleeping();
    fixture.terminate_backends();
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    CHECK_THROWS_AS(test::outcome_of(behind), Unavailable);
    fixture.until_ready();
    CHECK(fixture.ask(backend) != before);
}

TEST_CASE("a connection that is killed while idle comes back") {
    Fixture fixture;
    const auto before = fixture.ask(backend);
    fixture.terminate_backends();
    fixture.core.until([&] { return !fixture.connection->is_ready(); });
    CHECK_THROWS_AS(fixture.ask(backend), Unavailable);
    fixture.until_ready();
    CHECK(fixture.ask(backend) != before);
}

// libpq finds the end while it sends, and closes its socket under us.
TEST_CASE("a connection that is lost with megabytes still to send fails them all and comes back") {
    Fixture fixture;
    const std::string text(1'000'000, 'x');
    auto asleep = fixture.start(sleep);
    fixture.until_sleeping();
    const auto send = [&](std::size_t) { return fixture.connection->query(length_of, params(text)); };
    auto behind = fixture.core.start_all(30, send);
    fixture.terminate_backends();
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    for (auto& answer : behind) CHECK_THROWS_AS(test::outcome_of(answer), Unavailable);
    fixture.until_ready();
    CHECK(test::outcome_of(fixture.core.start_all(1, send).front()).integer(0, 0) == 1'000'000);
}

// The same, found by a command that is just being sent.
TEST_CASE("commands sent to a connection that has died unnoticed fail and leave nothing behind") {
    Fixture fixture;
    const std::string text(1'000'000, 'x');
    for (int round = 0; round < 10; ++round) {
        fixture.until_ready();
        fixture.ask(backend);
        std::vector<std::future<Rows>> answers;
        // In one turn of the loop, so that nothing is read between the death and the sending.
        fixture.core.call([&] {
            fixture.terminate_backends();
            while (fixture.admin
                       .query("select from pg_stat_activity where datname = current_database() "
                              "and backend_type = 'client backend'")
                       .size() > 1)
                std::this_thread::yield();
            answers = fixture.core.start_all(
                20, [&](std::size_t) { return fixture.connection->query(length_of, params(text)); });
        });
        for (auto& answer : answers) CHECK_THROWS_AS(test::outcome_of(answer), Unavailable);
    }
    fixture.until_ready();
    CHECK(fixture.ask(backend) > 0);
}

TEST_CASE("a statement past its time is ended and its connection stays") {
    ConnectionOptions options;
    options.statement_timeout = 50ms;
    Fixture fixture(options);
    const auto before = fixture.ask(backend);
    auto asleep = fixture.start(sleep);
    auto behind = fixture.start(backend);
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    CHECK(Fixture::test_outcome(std::move(behind)) == before);
}

TEST_CASE("a server that does not answer in time is given up, and the connection comes back") {
    ConnectionOptions options;
    options.answer_timeout = 100ms;
    Fixture fixture(options);
    fixture.until_ready();
    auto asleep = fixture.start(sleep);
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    fixture.until_ready();
    CHECK(fixture.ask(backend) > 0);
}

TEST_CASE("close ends what is under way and whatever comes") {
    Fixture fixture;
    auto asleep = fixture.start(sleep);
    fixture.until_sleeping();
    fixture.core.call([&] { fixture.connection->close(); });
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    CHECK_THROWS_AS(fixture.ask(backend), Unavailable);
    fixture.core.call([&] { fixture.connection->close(); });
}

TEST_CASE("a connection destroyed with commands under way, or still connecting, fails them") {
    Fixture fixture;
    auto asleep = fixture.start(sleep);
    auto behind = fixture.start(backend);
    fixture.until_sleeping();
    fixture.connection.destroy();
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    CHECK_THROWS_AS(test::outcome_of(behind), Unavailable);

    const SilentServer server;
    test::OnCore<Connection> connecting(fixture.core, ConnectionOptions{.conninfo = server.conninfo});
    auto waiting = fixture.core.start([&] { return connecting->query(backend, {}); });
    fixture.core.until([&] { return connecting->under_way() == 1; });
    auto attempt = fixture.core.start([&] { return connecting->attempt(); });
    connecting.destroy();
    CHECK_THROWS_AS(test::outcome_of(waiting), Unavailable);
    test::outcome_of(attempt);
}

TEST_CASE("an attempt ends with the connection or with the failure to make it") {
    Fixture fixture;
    fixture.core.run([&] { return fixture.connection->attempt(); });
    CHECK(fixture.core.call([&] { return fixture.connection->is_ready(); }));
    test::OnCore<Connection> nowhere(fixture.core, ConnectionOptions{.conninfo = "host=/nonexistent"});
    fixture.core.run([&] { return nowhere->attempt(); });
    CHECK_FALSE(fixture.core.call([&] { return nowhere->is_ready(); }));
}

}  // namespace roost::db
