#include "auth/sessions.hpp"
#include "support/session_process.hpp"

#include <fmt/format.h>

#include <set>

namespace roost::auth {
namespace {

using test::ann;

struct Fixture {
    // Fails as a refresh token that is not good does.
    static bool is_refused(const Result<Refreshed>& refreshed) {
        if (refreshed) return false;
        CHECK(refreshed.error().errc() == Errc::invalid_refresh_token);
        return true;
    }
    // Starts `count` refreshes with one token on each core of both processes at once. Gives those that went
    // well.
    std::vector<Refreshed> refresh_everywhere(const std::string& token, std::size_t count);
    [[nodiscard]] bool is_revoked() { return database.one("select count(revoked_at) from sessions") == "1"; }

    test::SessionDatabase database;
    test::SessionProcess process{database};
    test::SessionProcess other{database};
};

Task<void> refresh_one(Sessions& sessions, std::string token, std::vector<Result<Refreshed>>& out) {
    auto result = co_await sessions.refresh(std::move(token));
    out.push_back(std::move(result));
}

// Refreshes of one core that are under way at the same time.
Task<void> refresh_at_once(Sessions& sessions, std::string token, std::size_t count,
                           std::vector<Result<Refreshed>>& out) {
    for (std::size_t i = 0; i < count; ++i)
        spawn(refresh_one(sessions, token, out), [](const std::exception_ptr&) {});
    auto all_are_answered = [&] { return out.size() == count; };
    co_await test::eventually(std::move(all_are_answered));
}

std::vector<Refreshed> Fixture::refresh_everywhere(const std::string& token, std::size_t count) {
    std::vector<std::vector<Result<Refreshed>>> results(4);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) {
        auto& of = i < 2 ? process : other;
        threads.emplace_back([&of, &token, count, &out = results[i], core = i % 2] {
            of.run([&] { return refresh_at_once(of.sessions(core), token, count, out); }, core);
        });
    }
    for (auto& thread : threads) thread.join();
    std::vector<Refreshed> refreshed;
    for (auto& core : results) {
        CHECK(core.size() == count);
        for (auto& result : core)
            if (!is_refused(result)) refreshed.push_back(std::move(*result));
    }
    return refreshed;
}

}  // namespace

TEST_CASE("a refresh token gives a new pair of the same session, and the session lasts longer") {
    Fixture f;
    const auto opened = f.process.open(ann);
    const auto session = f.process.verify(opened.access)->session.str();
    f.database.admin.exec("update sessions set expires_at = now() + interval '1 hour'");
    const auto refreshed = f.process.refresh(opened.refresh);
    REQUIRE(refreshed.has_value());
    CHECK(refreshed->session == session);
    CHECK(refreshed->user == ann);
    CHECK(refreshed->tokens.expires_in == std::chrono::minutes(15));
    CHECK(refreshed->tokens.refresh != opened.refresh);
    CHECK(refreshed->tokens.access != opened.access);
    CHECK(f.process.verify(refreshed->tokens.access)->session.str() == session);
    CHECK(f.process.verify(opened.access).has_value());
    CHECK(f.database.one("select expires_at > now() + interval '29 days' from sessions") == "t");
    CHECK(f.database.one("select count(*) from refresh_tokens t join sessions s on s.id = session_id "
                         "where first_used_at is null and t.expires_at = s.expires_at") == "1");
    const auto again = f.process.refresh(refreshed->tokens.refresh, 1);
    REQUIRE(again.has_value());
    CHECK(again->session == session);
}

TEST_CASE("a refresh never makes a session shorter") {
    Fixture f;
    const auto opened = f.process.open(ann);
    f.database.admin.exec("update sessions set expires_at = now() + interval '90 days'");
    REQUIRE(f.process.refresh(opened.refresh).has_value());
    CHECK(f.database.one("select expires_at > now() + interval '89 days' from sessions") == "t");
}

TEST_CASE("what is no refresh token of ours is refused") {
    Fixture f;
    const auto opened = f.process.open(ann);
    auto changed = opened.refresh;
    changed[5] = changed[5] == 'A' ? 'B' : 'A';
    for (const auto& text :
         {std::string(), std::string(43, 'A'), changed, opened.refresh + "A", opened.access,
          std::string("' OR 1=1"), std::string(1'000'000, 'A'), std::string(43, '\0')})
        CHECK(Fixture::is_refused(f.process.refresh(text)));
    CHECK(f.process.refresh(opened.refresh).has_value());
}

TEST_CASE(
    "within ten seconds of its first use a refresh token gives another pair, which works as the first does") {
    Fixture f;
    const auto opened = f.process.open(ann);
    const auto first = f.process.refresh(opened.refresh);
    f.database.age_first_uses("9 seconds");
    const auto second = f.other.refresh(opened.refresh);
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(second->session == first->session);
    CHECK(second->tokens.refresh != first->tokens.refresh);
    CHECK(f.process.refresh(first->tokens.refresh).has_value());
    CHECK(f.process.refresh(second->tokens.refresh).has_value());
    CHECK_FALSE(f.is_revoked());
}

TEST_CASE("the ten seconds count from the first use, not from the last") {
    Fixture f;
    const auto opened = f.process.open(ann);
    REQUIRE(f.process.refresh(opened.refresh).has_value());
    f.database.age_first_uses("6 seconds");
    REQUIRE(f.process.refresh(opened.refresh).has_value());
    f.database.age_first_uses("6 seconds");
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
}

TEST_CASE("a refresh token used again later ends its session: every token of it, on every core, at once") {
    Fixture f;
    const test::CapturedAudit audit;
    const auto opened = f.process.open(ann);
    const auto other_session = f.process.open(ann);
    const auto refreshed = f.process.refresh(opened.refresh);
    REQUIRE(refreshed.has_value());
    for (const unsigned core : {0U, 1U}) CHECK(f.process.verify(refreshed->tokens.access, core).has_value());
    f.database.age_first_uses("10 seconds");

    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh, 1)));
    for (const unsigned core : {0U, 1U}) {
        CHECK_FALSE(f.process.verify(opened.access, core).has_value());
        CHECK_FALSE(f.process.verify(refreshed->tokens.access, core).has_value());
        CHECK(f.process.verify(other_session.access, core).has_value());
    }
    CHECK(Fixture::is_refused(f.process.refresh(refreshed->tokens.refresh)));
    CHECK(f.is_revoked());
    CHECK(audit.count("event=session.reuse_detected user=1 session=" + refreshed->session) == 1);
    // Nothing more happens to what is over.
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
    CHECK(audit.count("event=session.reuse_detected") == 1);
    CHECK(f.process.refresh(other_session.refresh).has_value());
}

TEST_CASE("a refresh token or a session that has expired gives nothing, and is no reuse") {
    Fixture f;
    const auto opened = f.process.open(ann);
    f.database.admin.exec("update refresh_tokens set expires_at = now()");
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
    f.database.admin.exec("update refresh_tokens set expires_at = now() + interval '1 day'");
    f.database.admin.exec("update sessions set expires_at = now()");
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
    f.database.admin.exec("update sessions set expires_at = now() + interval '1 day'");
    REQUIRE(f.process.refresh(opened.refresh).has_value());
    f.database.age_first_uses("1 hour");
    f.database.admin.exec("update refresh_tokens set expires_at = now() where first_used_at is not null");
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
    CHECK_FALSE(f.is_revoked());
}

TEST_CASE("a revoked session's refresh tokens give nothing, in any process") {
    Fixture f;
    const auto opened = f.process.open(ann);
    const auto session = f.process.verify(opened.access)->session;
    f.process.run([&] { return f.process.sessions(0).revoke(session, ann); });
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
    CHECK(Fixture::is_refused(f.other.refresh(opened.refresh)));
    CHECK(f.database.one("select count(*) from refresh_tokens") == "1");
}

TEST_CASE("a removed account's refresh tokens give nothing") {
    Fixture f;
    const auto opened = f.process.open(ann);
    f.database.admin.exec("delete from users where id = 1");
    CHECK(Fixture::is_refused(f.process.refresh(opened.refresh)));
}

TEST_CASE("tabs and processes that refresh with one token at once each get a pair of one session") {
    Fixture f;
    const auto opened = f.process.open(ann);
    constexpr std::size_t each = 10;
    const auto refreshed = f.refresh_everywhere(opened.refresh, each);
    REQUIRE(refreshed.size() == 4 * each);
    std::set<std::string> tokens;
    for (const auto& one : refreshed) {
        tokens.insert(one.tokens.refresh);
        CHECK(one.session == refreshed.front().session);
    }
    CHECK(tokens.size() == refreshed.size());
    CHECK(f.database.one("select count(first_used_at) || ' of ' || count(*) from refresh_tokens") ==
          fmt::format("1 of {}", 4 * each + 1));
    for (const auto& one : refreshed) CHECK(f.process.refresh(one.tokens.refresh).has_value());
}

TEST_CASE("many who use a stolen token at once all get nothing, and it is detected once") {
    Fixture f;
    const auto opened = f.process.open(ann);
    REQUIRE(f.process.refresh(opened.refresh).has_value());
    f.database.age_first_uses("11 seconds");
    const test::CapturedAudit audit;
    CHECK(f.refresh_everywhere(opened.refresh, 5).empty());
    CHECK(audit.count("event=session.reuse_detected") == 1);
    CHECK(f.is_revoked());
    CHECK(f.database.one("select count(*) from refresh_tokens") == "2");
}

TEST_CASE("a reuse that waits for another refresh of its family sees what that has done") {
    Fixture f;
    const auto opened = f.process.open(ann);
    // Somebody else's transaction has the family, and uses the token, long ago.
    db::BlockingConnection holder(f.database.conninfo);
    holder.exec("begin");
    holder.exec("select from sessions for update");
    holder.exec("update refresh_tokens set first_used_at = now() - interval '1 hour'");
    std::optional<Result<Refreshed>> result;
    std::thread refreshing([&] { result = f.process.refresh(opened.refresh); });
    while (f.database.one("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                          "datname = current_database()") == "0")
        std::this_thread::yield();
    holder.exec("commit");
    refreshing.join();
    CHECK(Fixture::is_refused(*result));
    CHECK(f.is_revoked());
}

TEST_CASE("refreshing while a session is revoked ends with all of it refused") {
    Fixture f;
    for (int round = 0; round < 10; ++round) {
        const auto opened = f.process.open(ann);
        const auto session = f.process.verify(opened.access)->session;
        std::optional<Result<Refreshed>> refreshed;
        std::thread refreshing([&] { refreshed = f.process.refresh(opened.refresh, 1); });
        f.process.run([&] { return f.process.sessions(0).revoke(session, ann); });
        refreshing.join();
        for (const unsigned core : {0U, 1U}) {
            CHECK_FALSE(f.process.verify(opened.access, core).has_value());
            if (*refreshed) CHECK_FALSE(f.process.verify((*refreshed)->tokens.access, core).has_value());
        }
        if (*refreshed) CHECK(Fixture::is_refused(f.process.refresh((*refreshed)->tokens.refresh)));
    }
}

}  // namespace roost::auth
