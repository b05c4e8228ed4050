#include "accounts/accounts.hpp"

#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

namespace roost::accounts {
namespace {

Email email(std::string text) {
    return *Email::from(std::move(text));
}
Password password(std::string text) {
    return *Password::from(std::move(text));
}

struct Fixture {
    explicit Fixture(std::size_t queue_limit = 100)
        : conninfo(test::fresh_database()), admin(conninfo), workers(1, queue_limit) {}

    auto sign_up(std::string address, std::string secret, std::optional<UserName> name = std::nullopt) {
        return core.run([&] { return accounts->register_account(email(address), password(secret), name); });
    }
    auto log_in(std::string address, std::string secret) {
        return core.run([&] { return accounts->log_in(email(address), password(secret)); });
    }

    std::string conninfo;
    db::BlockingConnection admin;
    net::Workers workers;
    auth::AccessTokens access_tokens{std::string(32, 's')};
    PasswordHashing hashing = password_hashing(workers, 4);
    test::OneCore core;
    test::OnCore<db::Pool> pool{core, db::ConnectionOptions{.conninfo = conninfo}, 2};
    test::OnCore<auth::Sessions> sessions{core, access_tokens, *pool};
    test::OnCore<Accounts> accounts{core, *pool, *sessions, hashing};
};

}  // namespace

TEST_CASE("who registers is stored, logged in, and can log in again in any case of the address") {
    Fixture fixture;
    const auto registered = fixture.sign_up("Ann@Example.com", "password123", UserName("Ann Ä."));
    REQUIRE(registered.has_value());
    CHECK(registered->user.name == "Ann Ä.");
    CHECK(registered->user.email == "ann@example.com");
    CHECK(registered->user.role == "user");
    CHECK(std::abs(registered->user.inserted_at.unix_s() - Timestamp::now().unix_s()) < 60);
    CHECK(fixture.sessions->verify(registered->tokens.access)->user == registered->user.id);

    const auto again = fixture.log_in("ANN@example.COM", "password123");
    REQUIRE(again.has_value());
    CHECK(again->user.id == registered->user.id);
    CHECK(again->tokens.refresh != registered->tokens.refresh);
    CHECK(fixture.sessions->verify(again->tokens.access)->user == registered->user.id);
    CHECK(fixture.admin.query("select from sessions").size() == 2);
}

TEST_CASE("a password is stored as its bcrypt hash only") {
    Fixture fixture;
    REQUIRE(fixture.sign_up("ann@example.com", "password123").has_value());
    const auto rows =
        fixture.admin.query("select password_hash, users::text like '%password123%' from users");
    CHECK(rows.at(0).at(0)->starts_with("$2b$04$"));
    CHECK(rows.at(0).at(1) == "f");
}

TEST_CASE("without a name the address gives one") {
    Fixture fixture;
    CHECK(fixture.sign_up("Ann.Lee@example.com", "password123")->user.name == "ann.lee");
}

TEST_CASE("an address is registered once, whatever its case") {
    Fixture fixture;
    REQUIRE(fixture.sign_up("ann@example.com", "password123").has_value());
    const auto again = fixture.sign_up("ANN@EXAMPLE.COM", "otherpassword");
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().errc() == Errc::email_taken);
    CHECK(fixture.log_in("ann@example.com", "password123").has_value());
    CHECK_FALSE(fixture.log_in("ann@example.com", "otherpassword").has_value());
}

TEST_CASE("of two who register the same address at once, one has it") {
    Fixture fixture;
    auto outcomes = fixture.core.start_all(4, [&](std::size_t) {
        return fixture.accounts->register_account(email("ann@example.com"), password("password123"),
                                                  std::nullopt);
    });
    int registered = 0;
    for (auto& outcome : outcomes) {
        const auto result = test::outcome_of(outcome);
        if (result) ++registered;
        else CHECK(result.error().errc() == Errc::email_taken);
    }
    CHECK(registered == 1);
}

TEST_CASE("a wrong password and an unknown address are refused alike") {
    Fixture fixture;
    REQUIRE(fixture.sign_up("ann@example.com", "password123").has_value());
    for (const auto* address : {"ann@example.com", "bob@example.com"}) {
        const auto refused = fixture.log_in(address, "password124");
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().errc() == Errc::invalid_credentials);
    }
    CHECK(fixture.admin.query("select from sessions").size() == 1);
}

TEST_CASE("when too many wait to be hashed, one more is told so and nothing is stored") {
    Fixture fixture(0);
    CHECK(fixture.sign_up("ann@example.com", "password123").error().errc() == Errc::overloaded);
    CHECK(fixture.log_in("ann@example.com", "password123").error().errc() == Errc::overloaded);
    CHECK(fixture.admin.query("select from users").empty());
}

TEST_CASE("a user is found by its id, and a removed one is nobody") {
    Fixture fixture;
    const auto id = fixture.sign_up("ann@example.com", "password123")->user.id;
    CHECK(fixture.core.run([&] { return fixture.accounts->find(id); })->email == "ann@example.com");
    fixture.admin.exec("delete from users");
    CHECK(fixture.core.run([&] { return fixture.accounts->find(id); }).error().errc() == Errc::unauthorized);
    CHECK_FALSE(fixture.log_in("ann@example.com", "password123").has_value());
}

TEST_CASE("the name to sign with is remembered, and asked for where it is not known") {
    Fixture fixture;
    const auto id = fixture.sign_up("ann@example.com", "password123", UserName("Ann"))->user.id;
    const auto name_of = [&](UserId user) {
        return fixture.core.run([&] { return fixture.accounts->author_name(user); });
    };
    CHECK(*name_of(id) == "Ann");
    fixture.admin.exec("update users set name = 'Bob'");
    CHECK(*name_of(id) == "Ann");
    CHECK(name_of(UserId{999}).error().errc() == Errc::unauthorized);
}

}  // namespace roost::accounts
