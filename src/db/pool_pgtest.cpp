#include "db/pool.hpp"

#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

#include <set>

namespace roost::db {
namespace {

const Statement backend{"backend", "SELECT pg_backend_pid()"};
const Statement sleep{"sleep", "SELECT pg_sleep(100)"};

}  // namespace

TEST_CASE("queries under way at once are spread over the pool's connections") {
    test::OneCore core;
    test::OnCore<Pool> pool(core, ConnectionOptions{.conninfo = test::empty_database()}, 3);
    auto answers = core.start_all(30, [&](std::size_t) { return pool->query(backend, {}); });
    std::set<std::int64_t> backends;
    for (auto& answer : answers) backends.insert(test::outcome_of(answer).integer(0, 0));
    CHECK(backends.size() == 3);
}

TEST_CASE("a connection that is busy or lost does not hold up the others") {
    const auto conninfo = test::empty_database();
    test::OneCore core;
    test::OnCore<Pool> pool(core, ConnectionOptions{.conninfo = conninfo}, 2);
    const auto ask = [&] { return core.run([&] { return pool->query(backend, {}); }).integer(0, 0); };
    auto asleep = core.start([&] { return pool->query(sleep, {}); });
    const auto other = ask();

    // Only the sleeping one is let in again: never.
    BlockingConnection admin(conninfo);
    const auto* sleeping =
        "select pid from pg_stat_activity where query = 'SELECT pg_sleep(100)' "
        "and state = 'active' and datname = current_database()";
    while (admin.query(sleeping).empty()) std::this_thread::yield();
    const auto name = admin.query("select current_database()").at(0).at(0).value();
    BlockingConnection(test::empty_database())
        .exec(fmt::format("alter database {} allow_connections false", name));
    admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = 'SELECT pg_sleep(100)' "
        "and datname = current_database()");
    CHECK_THROWS_AS(test::outcome_of(asleep), Unavailable);
    for (int i = 0; i < 20; ++i) CHECK(ask() == other);
}

}  // namespace roost::db
