#include "auth/sessions.hpp"
#include "support/session_process.hpp"

#include <mutex>

namespace roost::auth {
namespace {

using test::ann;
using test::bob;

// What the listeners of a process were told, of each core.
class Heard {
public:
    explicit Heard(test::SessionProcess& process) : process_(process) {
        for (const unsigned core : {0U, 1U})
            process.cores().call(
                [&] {
                    process.revocations()[core].listen([this, core](const Revoked& revoked) {
                        const std::scoped_lock lock(mutex_);
                        on_core_.at(core).push_back(revoked);
                    });
                },
                core);
    }
    ~Heard() {
        for (const unsigned core : {0U, 1U})
            process_.cores().call([&] { process_.revocations()[core].listen({}); }, core);
    }
    Heard(const Heard&) = delete;
    Heard& operator=(const Heard&) = delete;

    std::vector<Revoked> on(unsigned core) {
        const std::scoped_lock lock(mutex_);
        return on_core_.at(core);
    }

private:
    test::SessionProcess& process_;
    std::mutex mutex_;
    std::array<std::vector<Revoked>, 2> on_core_;
};

struct Fixture {
    Identity identity_of(const Tokens& tokens) { return process.verify(tokens.access).value(); }

    test::SessionDatabase database;
    test::SessionProcess process{database};
};

}  // namespace

TEST_CASE("after a logout every core refuses the session's token, also where it was verified before") {
    Fixture f;
    Heard heard(f.process);
    const auto gone = f.process.open(ann);
    const auto stays = f.process.open(ann);
    const auto identity = f.identity_of(gone);
    CHECK(f.process.verify(gone.access, 1).has_value());

    f.process.run([&] { return f.process.sessions(1).revoke(identity.session, ann); }, 1);
    for (const unsigned core : {0U, 1U}) {
        CHECK_FALSE(f.process.verify(gone.access, core).has_value());
        CHECK_FALSE(f.process.is_current(identity, core));
        CHECK(f.process.verify(stays.access, core).has_value());
        CHECK(f.process.is_current(f.identity_of(stays), core));
        REQUIRE(heard.on(core).size() == 1);
        CHECK(heard.on(core)[0].sessions == std::vector{identity.session});
    }
    CHECK(f.database.one("select count(revoked_at) from sessions") == "1");
    // Once more changes nothing and tells nobody.
    f.process.run([&] { return f.process.sessions(0).revoke(identity.session, ann); });
    CHECK(heard.on(0).size() == 1);
}

TEST_CASE("a session's row is revoked for its own user only") {
    Fixture f;
    const auto tokens = f.process.open(bob);
    const auto session = f.identity_of(tokens).session;
    f.process.run([&] { return f.process.sessions(0).revoke(session, ann); });
    CHECK(f.database.one("select count(revoked_at) from sessions") == "0");
    CHECK(f.process.refresh(tokens.refresh).has_value());
}

TEST_CASE("revoking all ends every session of the user on every core, and nobody else's") {
    Fixture f;
    Heard heard(f.process);
    const auto first = f.process.open(ann);
    const auto second = f.process.open(ann);
    const auto others = f.process.open(bob);
    f.process.run([&] { return f.process.sessions(0).revoke_all(ann); });
    for (const unsigned core : {0U, 1U}) {
        CHECK_FALSE(f.process.verify(first.access, core).has_value());
        CHECK_FALSE(f.process.verify(second.access, core).has_value());
        CHECK(f.process.verify(others.access, core).has_value());
        REQUIRE(heard.on(core).size() == 1);
        CHECK(heard.on(core)[0].sessions.size() == 2);
        CHECK(heard.on(core)[0].users == std::vector{ann});
    }
    CHECK_FALSE(f.process.refresh(first.refresh).has_value());
    CHECK(f.process.refresh(others.refresh).has_value());
    // Who logs in again is in at once.
    const auto again = f.process.open(ann);
    CHECK(f.process.verify(again.access).has_value());
    CHECK(f.process.verify(again.access, 1).has_value());
}

TEST_CASE("revoking all spreads what another statement has revoked a moment before") {
    Fixture f;
    const auto tokens = f.process.open(ann);
    f.database.admin.exec("update sessions set revoked_at = now()");
    CHECK(f.process.verify(tokens.access).has_value());
    f.process.run([&] { return f.process.sessions(0).revoke_all(ann); });
    CHECK_FALSE(f.process.verify(tokens.access).has_value());
    CHECK_FALSE(f.process.verify(tokens.access, 1).has_value());
}

TEST_CASE("two who revoke all of one user's sessions at once do not hinder each other") {
    Fixture f;
    for (int i = 0; i < 20; ++i) f.process.open(ann);
    std::thread other([&] { f.process.run([&] { return f.process.sessions(1).revoke_all(ann); }, 1); });
    f.process.run([&] { return f.process.sessions(0).revoke_all(ann); });
    other.join();
    CHECK(f.database.one("select count(*) from sessions where revoked_at is null") == "0");
}

TEST_CASE("a removed user is refused on every core") {
    Fixture f;
    Heard heard(f.process);
    const auto tokens = f.process.open(ann);
    CHECK(f.process.verify(tokens.access, 1).has_value());
    f.process.run([&] { return f.process.sessions(0).user_removed(ann); });
    for (const unsigned core : {0U, 1U}) {
        CHECK_FALSE(f.process.verify(tokens.access, core).has_value());
        REQUIRE(heard.on(core).size() == 1);
        CHECK(heard.on(core)[0].removed == std::vector{ann});
    }
}

TEST_CASE("a logout with a token issued elsewhere refuses those of the user that were issued until then") {
    Fixture f;
    const auto now = Timestamp::now();
    const Identity foreign{ann, SessionId(), now, now + std::chrono::hours(1)};
    const Identity later{ann, SessionId(), now + std::chrono::minutes(5), now + std::chrono::hours(1)};
    const auto own = f.process.open(ann);
    CHECK(f.process.is_current(foreign, 1));
    f.process.run([&] { return f.process.sessions(0).revoke(SessionId(), ann); });
    for (const unsigned core : {0U, 1U}) {
        CHECK_FALSE(f.process.is_current(foreign, core));
        CHECK(f.process.is_current(later, core));
        CHECK(f.process.verify(own.access, core).has_value());
    }
}

TEST_CASE("when the database is away a logout fails, and says so") {
    Fixture f;
    const auto tokens = f.process.open(ann);
    const auto session = f.identity_of(tokens).session;
    f.process.cores().call([&] { f.process.pool(0).close(); });
    CHECK_THROWS_AS(f.process.run([&] { return f.process.sessions(0).revoke(session, ann); }),
                    db::Unavailable);
    CHECK(f.process.verify(tokens.access).has_value());
}

}  // namespace roost::auth
