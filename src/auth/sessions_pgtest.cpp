#include "auth/sessions.hpp"

#include "auth/random.hpp"
#include "db/pool.hpp"
#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

namespace roost::auth {
namespace {

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

struct Fixture {
    Fixture() : conninfo(test::fresh_database()), admin(conninfo) {
        admin.exec("insert into users (email, name, password_hash) values ('ann@example.com', 'Ann', '')");
    }
    Tokens open(UserId user) {
        return core.run([&] { return sessions->open(user); });
    }

    std::string conninfo;
    db::BlockingConnection admin;
    AccessTokens access_tokens{std::string(32, 's')};
    test::OneCore core;
    test::OnCore<db::Pool> pool{core, db::ConnectionOptions{.conninfo = conninfo}, 1};
    test::OnCore<Sessions> sessions{core, access_tokens, *pool};
};

}  // namespace

TEST_CASE(
    "opening a session gives an access token for it and a refresh token of which only a digest is stored") {
    Fixture fixture;
    const auto tokens = fixture.open(UserId{1});
    CHECK(tokens.expires_in == std::chrono::minutes(15));
    const auto identity = fixture.sessions->verify(tokens.access);
    REQUIRE(identity.has_value());
    CHECK(identity->user == UserId{1});

    const auto rows = fixture.admin.query(
        "select session_id, encode(token_hash, 'hex'), user_id, t.expires_at - t.inserted_at, "
        "t.expires_at = s.expires_at, revoked_at, first_used_at, now() - t.inserted_at < '1 minute' "
        "from refresh_tokens t join sessions s on s.id = session_id");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0] == db::TextRow{identity->session, hex(sha256(tokens.refresh)), "1", "30 days", "t",
                                 std::nullopt, std::nullopt, "t"});
    const auto leaks = fixture.admin.query(
        "select from refresh_tokens r, sessions s where r::text like '%' || $1 || '%' or s::text like '%' || "
        "$1 || '%'",
        {tokens.refresh});
    CHECK(leaks.empty());
}

TEST_CASE("each session is another one") {
    Fixture fixture;
    const auto first = fixture.open(UserId{1});
    const auto second = fixture.open(UserId{1});
    CHECK(first.refresh != second.refresh);
    CHECK(fixture.sessions->verify(first.access)->session !=
          fixture.sessions->verify(second.access)->session);
    CHECK(fixture.admin.query("select from sessions").size() == 2);
}

TEST_CASE("a session of nobody is not opened, and leaves nothing") {
    Fixture fixture;
    CHECK_THROWS_AS(fixture.open(UserId{999}), db::Error);
    CHECK(fixture.admin.query("select from sessions").empty());
    CHECK(fixture.admin.query("select from refresh_tokens").empty());
    fixture.open(UserId{1});
    CHECK(fixture.admin.query("select from refresh_tokens").size() == 1);
}

}  // namespace roost::auth
