#include "auth/revocation_feed.hpp"

#include "auth/sessions.hpp"
#include "support/session_process.hpp"

namespace roost::auth {
namespace {

using namespace std::chrono_literals;
using test::ann;
using test::bob;

FeedOptions quick() {
    return {.read_every = 1ms, .clean_up_every = 1h, .rows_per_read = 5'000, .cleanup = {}};
}

struct Fixture {
    std::unique_ptr<RevocationFeed> feed(const FeedOptions& options = quick()) {
        return std::make_unique<RevocationFeed>(process.cores()[0], process.pool(0), process.revocations(),
                                                options);
    }
    std::unique_ptr<RevocationFeed> started(const FeedOptions& options = quick()) {
        auto made = feed(options);
        made->start();
        return made;
    }
    bool is_refused(const Tokens& tokens) {
        return !process.verify(tokens.access, 0) && !process.verify(tokens.access, 1);
    }
    void wait_until(const std::function<bool()>& is_so) {
        const auto deadline = Clock::now() + test::patience;
        while (!is_so()) {
            REQUIRE_MESSAGE(Clock::now() < deadline, "it does not come about");
            std::this_thread::yield();
        }
    }
    std::string count(const std::string& of) { return database.one("select count(*) from " + of); }

    test::SessionDatabase database;
    test::SessionProcess process{database};
};

}  // namespace

TEST_CASE("what was revoked or removed before the process began is refused when the feed has started") {
    Fixture f;
    const auto revoked = f.process.open(ann);
    const auto stays = f.process.open(ann);
    const auto removed = f.process.open(bob);
    f.database.admin.exec("update sessions set revoked_at = now() - interval '14 minutes' where id = '" +
                          f.process.verify(revoked.access)->session.str() + "'");
    f.database.admin.exec(
        "insert into removed_users (user_id, removed_at) values (2, now() - interval '23 hours')");
    const auto feed = f.started();
    CHECK(f.is_refused(revoked));
    CHECK(f.is_refused(removed));
    CHECK_FALSE(f.is_refused(stays));
}

TEST_CASE("what was revoked so long ago that no token of it is left is not read") {
    Fixture f;
    const auto revoked = f.process.open(ann);
    const auto removed = f.process.open(bob);
    f.database.admin.exec("update sessions set revoked_at = now() - interval '20 minutes' where user_id = 1");
    f.database.admin.exec(
        "insert into removed_users (user_id, removed_at) values (2, now() - interval '25 hours')");
    const auto feed = f.started();
    CHECK_FALSE(f.is_refused(revoked));
    CHECK_FALSE(f.is_refused(removed));
}

TEST_CASE("more revocations than one statement reads are all read, also those of one moment") {
    Fixture f;
    std::vector<Tokens> all;
    for (int i = 0; i < 23; ++i) all.push_back(f.process.open(ann));
    f.database.admin.exec("update sessions set revoked_at = now()");
    f.database.admin.exec("insert into removed_users (user_id) select generate_series(100, 122)");
    auto options = quick();
    options.rows_per_read = 5;
    const auto feed = f.started(options);
    for (const auto& tokens : all) CHECK(f.is_refused(tokens));
    for (int id = 100; id <= 122; ++id)
        CHECK_FALSE(
            f.process.is_current({UserId{id}, SessionId(), Timestamp::now(), Timestamp::now() + 1h}, 1));
}

TEST_CASE("what others revoke and remove while the server runs is learnt, and the listeners hear it once") {
    Fixture f;
    const auto feed = f.started();
    std::atomic<int> heard = 0;
    f.process.cores().call(
        [&] {
            f.process.revocations()[1].listen(
                [&](const Revoked& revoked) { heard += static_cast<int>(revoked.sessions.size()); });
        },
        1);
    const auto first = f.process.open(ann);
    const auto second = f.process.open(ann);
    const auto removed = f.process.open(bob);
    CHECK_FALSE(f.is_refused(first));
    f.database.admin.exec("update sessions set revoked_at = now() where id = '" +
                          f.process.verify(first.access)->session.str() + "'");
    f.wait_until([&] { return f.is_refused(first); });
    CHECK_FALSE(f.is_refused(second));
    f.database.admin.exec("insert into removed_users (user_id) values (2)");
    f.wait_until([&] { return f.is_refused(removed); });
    f.database.admin.exec("update sessions set revoked_at = now() where user_id = 1 and revoked_at is null");
    f.wait_until([&] { return f.is_refused(second); });
    CHECK(heard == 2);
    f.process.cores().call([&] { f.process.revocations()[1].listen({}); }, 1);
}

TEST_CASE("a revocation that was made earlier and committed later is learnt") {
    Fixture f;
    const auto late = f.process.open(ann);
    const auto early = f.process.open(bob);
    db::BlockingConnection slow(f.database.conninfo);
    slow.exec("begin");
    slow.exec("update sessions set revoked_at = now() where user_id = 1");
    const auto feed = f.started();
    f.database.admin.exec("update sessions set revoked_at = clock_timestamp() where user_id = 2");
    f.wait_until([&] { return f.is_refused(early); });
    CHECK_FALSE(f.is_refused(late));
    slow.exec("commit");
    f.wait_until([&] { return f.is_refused(late); });
}

TEST_CASE("what one process revokes another learns") {
    Fixture f;
    test::SessionProcess other(f.database);
    const auto feed = f.started();
    const auto tokens = other.open(ann);
    CHECK_FALSE(f.is_refused(tokens));
    const auto session = other.verify(tokens.access)->session;
    other.run([&] { return other.sessions(0).revoke(session, ann); });
    f.wait_until([&] { return f.is_refused(tokens); });
}

TEST_CASE(
    "while the database is away what is known stays, and what happened meanwhile is learnt afterwards") {
    Fixture f;
    const auto before = f.process.open(ann);
    const auto meanwhile = f.process.open(bob);
    const auto feed = f.started();
    f.database.admin.exec("update sessions set revoked_at = now() where user_id = 1");
    f.wait_until([&] { return f.is_refused(before); });
    // Its connections end, and new ones cannot be made.
    const auto name = f.database.one("select current_database()");
    db::BlockingConnection elsewhere(test::empty_database());
    elsewhere.exec("alter database " + name + " allow_connections false");
    f.database.admin.exec(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
        "pid <> pg_backend_pid()");
    f.database.admin.exec("update sessions set revoked_at = now() where user_id = 2");
    CHECK(f.is_refused(before));
    CHECK_FALSE(f.is_refused(meanwhile));
    elsewhere.exec("alter database " + name + " allow_connections true");
    f.wait_until([&] { return f.is_refused(meanwhile); });
    CHECK(f.is_refused(before));
}

TEST_CASE("a feed that cannot read at its start says so, and is destroyed like any other") {
    Fixture f;
    f.process.cores().call([&] { f.process.pool(0).close(); });
    auto feed = f.feed();
    CHECK_THROWS_AS(feed->start(), db::Unavailable);
    feed.reset();
    feed = f.feed();
    feed.reset();
}

TEST_CASE("a feed that is destroyed reads no more") {
    Fixture f;
    f.started();
    const auto tokens = f.process.open(ann);
    f.database.admin.exec("update sessions set revoked_at = now()");
    f.process.run([&]() { return test::eventually([turns = 0]() mutable { return ++turns > 20; }); });
    CHECK_FALSE(f.is_refused(tokens));
}

TEST_CASE("sessions and tokens that no longer matter are deleted, others are kept") {
    Fixture f;
    const auto expired = f.process.open(ann);
    const auto revoked = f.process.open(ann);
    const auto fresh = f.process.open(bob);
    const auto used = f.process.refresh(fresh.refresh);
    REQUIRE(used.has_value());
    const auto id_of = [&](const Tokens& tokens) {
        return "'" + f.process.verify(tokens.access)->session.str() + "'";
    };
    f.database.admin.exec("update sessions set expires_at = now() where id = " + id_of(expired));
    f.database.admin.exec("update sessions set revoked_at = now() - interval '61 minutes' where id = " +
                          id_of(revoked));
    const auto recently = f.process.open(bob);
    f.database.admin.exec("update sessions set revoked_at = now() - interval '59 minutes' where id = " +
                          id_of(recently));
    const auto feed = f.started();
    f.wait_until([&] { return f.count("sessions") == "2"; });
    // The used token stays while its session lives: its reuse must be seen.
    CHECK(f.count("refresh_tokens") == "3");
    f.database.age_first_uses("1 hour");
    CHECK_FALSE(f.process.refresh(fresh.refresh).has_value());
    CHECK_FALSE(f.process.verify(used->tokens.access).has_value());
}

TEST_CASE("a token that has expired goes while its session stays") {
    Fixture f;
    const auto tokens = f.process.open(ann);
    REQUIRE(f.process.refresh(tokens.refresh).has_value());
    f.database.admin.exec("update refresh_tokens set expires_at = now() where first_used_at is not null");
    const auto feed = f.started();
    f.wait_until([&] { return f.count("refresh_tokens") == "1"; });
    CHECK(f.count("sessions") == "1");
}

TEST_CASE("what is to be deleted goes bit by bit until nothing is left") {
    Fixture f;
    for (int i = 0; i < 7; ++i) f.process.open(ann);
    f.database.admin.exec("update refresh_tokens set expires_at = now()");
    f.database.admin.exec("update sessions set expires_at = now()");
    auto options = quick();
    options.cleanup = {.tokens = 2, .sessions = 2};
    const auto feed = f.started(options);
    f.wait_until([&] { return f.count("sessions") == "0" && f.count("refresh_tokens") == "0"; });
}

TEST_CASE("one batch deletes no more than its limit") {
    Fixture f;
    for (int i = 0; i < 7; ++i) f.process.open(ann);
    f.database.admin.exec("update refresh_tokens set expires_at = now()");
    f.database.admin.exec("update sessions set expires_at = now()");
    std::optional<SessionStore> store;
    f.process.cores().call([&] { store.emplace(f.process.pool(0)); });
    const CleanupLimits limits{.tokens = 2, .sessions = 3};
    CHECK(f.process.on(0, [&] { return store->delete_expired(1h, limits); }));
    CHECK(f.count("sessions") == "4");
}

}  // namespace roost::auth
