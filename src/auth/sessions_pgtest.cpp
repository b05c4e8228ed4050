#include "auth/sessions.hpp"

#include "auth/random.hpp"
#include "support/session_process.hpp"

namespace roost::auth {
namespace {

using test::ann;

struct Fixture {
    test::SessionDatabase database;
    test::SessionProcess process{database};
};

}  // namespace

TEST_CASE(
    "a session is prepared with an id and a refresh token of its own, of which a digest is to be stored") {
    Fixture f;
    NewSession first, second;
    f.process.cores().call([&] {
        first = f.process.sessions(0).prepare();
        second = f.process.sessions(0).prepare();
    });
    CHECK(is_uuid(first.id));
    CHECK(first.id != second.id);
    CHECK(first.refresh_token.size() == 43);
    CHECK(first.refresh_token != second.refresh_token);
    CHECK(first.refresh_digest == sha256(first.refresh_token));
    CHECK(first.expires_at == first.at + std::chrono::days(30));
    CHECK(std::abs(first.at.unix_s() - Timestamp::now().unix_s()) < 60);
}

TEST_CASE("a session that is stored gives an access token for it, and its refresh token is good") {
    Fixture f;
    const auto tokens = f.process.open(ann);
    CHECK(tokens.expires_in == std::chrono::minutes(15));
    const auto identity = f.process.verify(tokens.access);
    REQUIRE(identity.has_value());
    CHECK(identity->user == ann);
    CHECK(identity->session.str() == f.database.one("select id from sessions"));
    const auto refreshed = f.process.refresh(tokens.refresh);
    REQUIRE(refreshed.has_value());
    CHECK(refreshed->session == identity->session.str());
    CHECK(refreshed->user == ann);
}

TEST_CASE("a token is verified once and remembered until it expires") {
    Fixture f;
    const auto tokens = f.process.open(ann);
    const auto identity = f.process.verify(tokens.access);
    REQUIRE(identity.has_value());
    for (int i = 0; i < 3; ++i) CHECK(f.process.verify(tokens.access)->session == identity->session);
    CHECK(f.process.verify(tokens.access, 1)->session == identity->session);
    CHECK(f.process.is_current(*identity));
    f.process.advance(AccessTokens::lifetime - std::chrono::seconds(2));
    CHECK(f.process.verify(tokens.access).has_value());
    f.process.advance(std::chrono::seconds(2));
    CHECK_FALSE(f.process.verify(tokens.access).has_value());
    CHECK_FALSE(f.process.verify(tokens.access, 1).has_value());
    CHECK_FALSE(f.process.is_current(*identity));
}

TEST_CASE("a token that is too long, or none, is refused before anything else") {
    Fixture f;
    CHECK_FALSE(f.process.verify("").has_value());
    CHECK_FALSE(f.process.verify(std::string(1'000'000, 'a')).has_value());
}

TEST_CASE("who opens, refreshes and ends sessions is written down, without any token") {
    Fixture f;
    const test::CapturedAudit audit;
    const auto tokens = f.process.open(ann);
    const auto session = f.process.verify(tokens.access)->session;
    CHECK(audit.count("event=session.opened user=1 session=" + session.str()) == 1);
    const auto refreshed = f.process.refresh(tokens.refresh);
    REQUIRE(refreshed.has_value());
    CHECK(audit.count("event=") == 1);
    f.process.run([&] { return f.process.sessions(0).revoke(session, ann); });
    CHECK(audit.count("event=session.revoked user=1 session=" + session.str()) == 1);
    f.process.run([&] { return f.process.sessions(0).revoke_all(ann); });
    CHECK(audit.count("event=sessions.revoked_all user=1 sessions=1") == 1);
    for (const auto& secret :
         {tokens.access, tokens.refresh, refreshed->tokens.access, refreshed->tokens.refresh})
        CHECK(audit.count(secret) == 0);
}

}  // namespace roost::auth
