// Registering and logging in.
#include "accounts/accounts.hpp"

#include "support/account_world.hpp"

#include <doctest/doctest.h>

namespace roost::accounts {
namespace {

using test::email;
using test::home;
using test::outcome;
using test::password;
using World = test::AccountWorld;

// From another address each time, so that only the account counts.
const Origin away{"198.51.100.7", "r2"};

}  // namespace

TEST_CASE("who registers is stored, logged in, and can log in again in any case of the address") {
    World world;
    const auto registered = world.sign_up("Ann@Example.com", "password123", UserName("Ann Ä."));
    REQUIRE(registered.has_value());
    CHECK(registered->user.name == "Ann Ä.");
    CHECK(registered->user.email == "ann@example.com");
    CHECK(registered->user.role == "user");
    CHECK(std::abs(registered->user.inserted_at.unix_s() - Timestamp::now().unix_s()) < 60);
    CHECK(world.accepts(registered->tokens.access));

    const auto again = world.log_in("ANN@example.COM");
    REQUIRE(again.has_value());
    CHECK(again->user.id == registered->user.id);
    CHECK(again->user.email == "ann@example.com");
    CHECK(again->tokens.refresh != registered->tokens.refresh);
    CHECK(world.accepts(again->tokens.access));
    CHECK(world.one("select count(*) from sessions s join refresh_tokens t on t.session_id = s.id and "
                    "t.expires_at = s.expires_at and s.expires_at > now() + interval '29 days' "
                    "where user_id = 1") == "2");
}

TEST_CASE("a password is stored as its bcrypt hash only") {
    World world;
    REQUIRE(world.sign_up("ann@example.com").has_value());
    const auto rows = world.admin.query("select password_hash, users::text like '%password123%' from users");
    CHECK(rows.at(0).at(0)->starts_with("$2b$04$"));
    CHECK(rows.at(0).at(1) == "f");
}

TEST_CASE("without a name the address gives one") {
    World world;
    CHECK(world.sign_up("Ann.Lee@example.com")->user.name == "ann.lee");
}

TEST_CASE("an address is registered once, whatever its case") {
    World world;
    REQUIRE(world.sign_up("ann@example.com").has_value());
    CHECK(outcome(world.sign_up("ANN@EXAMPLE.COM", "otherpassword")) == "email_taken");
    CHECK(world.log_in("ann@example.com").has_value());
    CHECK_FALSE(world.log_in("ann@example.com", "otherpassword").has_value());
}

TEST_CASE("of many who register the same address at once, one has it") {
    World world(4);
    std::vector<std::future<Result<LoggedIn>>> outcomes;
    const auto sign_up = [](Accounts& accounts) {
        return accounts.register_account(email("ann@example.com"), password("password123"), std::nullopt,
                                         home);
    };
    for (unsigned core = 0; core < 4; ++core) outcomes.push_back(world.start(sign_up, core));
    int registered = 0;
    for (auto& future : outcomes) {
        const auto result = test::outcome_of(future);
        if (result) ++registered;
        else CHECK(outcome(result) == "email_taken");
    }
    CHECK(registered == 1);
    CHECK(world.one("select count(*) from sessions") == "1");
}

TEST_CASE("an account that gets no session is not made") {
    World world;
    world.admin.exec("alter table refresh_tokens add check (false)");
    CHECK_THROWS_AS((void)world.sign_up("ann@example.com"), db::Error);
    CHECK(world.one("select count(*) from users") == "0");
    CHECK(world.one("select count(*) from sessions") == "0");
}

TEST_CASE("a wrong password and an unknown address are refused alike, after the same work") {
    World world;
    REQUIRE(world.sign_up("ann@example.com").has_value());
    const auto before = world.transactions();
    CHECK(outcome(world.log_in("ann@example.com", "password124")) == "invalid_credentials");
    const auto between = world.transactions();
    CHECK(outcome(world.log_in("bob@example.com", "password124")) == "invalid_credentials");
    CHECK(world.transactions() - between == between - before);
    CHECK(world.one("select count(*) from sessions") == "1");
}

TEST_CASE("the hash that nobody's password has costs as much as everybody's") {
    net::Workers workers(1, 1);
    CHECK(password_hashing(workers, 5).dummy.starts_with("$2b$05$"));
}

TEST_CASE("an unknown address is compared with a hash, too") {
    World world(1, 0);
    world.person("Ann");
    CHECK(outcome(world.log_in("ann@example.com")) == "overloaded");
    CHECK(outcome(world.log_in("bob@example.com")) == "overloaded");
}

TEST_CASE("when too many wait to be hashed, one more is told so, nothing is stored, and no attempt counts") {
    World world(1, 0);
    CHECK(outcome(world.sign_up("ann@example.com")) == "overloaded");
    for (int i = 0; i < 20; ++i) CHECK(outcome(world.log_in("ann@example.com")) == "overloaded");
    CHECK(world.one("select count(*) from users") == "0");
}

TEST_CASE("an attempt while the database is away does not count") {
    World world;
    REQUIRE(world.sign_up("ann@example.com").has_value());
    world.admin.exec("alter table users rename to hidden");
    for (int i = 0; i < 20; ++i)
        CHECK_THROWS_AS((void)world.log_in("ann@example.com", "password124"), db::Error);
    world.admin.exec("alter table hidden rename to users");
    CHECK(outcome(world.log_in("ann@example.com", "password124")) == "invalid_credentials");
}

TEST_CASE("who fails too often must wait, on every core, and nothing is asked or hashed for it") {
    World world(2);
    REQUIRE(world.sign_up("ann@example.com").has_value());
    for (unsigned i = 0; i < 5; ++i)
        CHECK(outcome(world.log_in("ann@example.com", "password124", home, i % 2)) == "invalid_credentials");
    std::promise<void> release;
    std::promise<void> has_begun;
    world.workers.submit([&] {
        has_begun.set_value();
        release.get_future().wait();
    });
    has_begun.get_future().wait();
    const auto before = world.transactions();
    for (unsigned core = 0; core < 2; ++core) {
        const auto refused = world.log_in("ann@example.com", "password123", home, core);
        CHECK(outcome(refused) == "rate_limited");
        CHECK(refused.error().retry_after() >= std::chrono::seconds(1));
    }
    CHECK(world.transactions() == before);
    release.set_value();
    CHECK(world.log_in("ann@example.com", "password123", away).has_value());
}

TEST_CASE("a login during a change of the password does not outlive it") {
    World world;
    REQUIRE(world.sign_up("ann@example.com").has_value());
    world.admin.exec("begin; update users set password_hash = 'other'");
    auto late = world.start([](Accounts& accounts) {
        return accounts.log_in(email("ann@example.com"), password("password123"), home);
    });
    world.until_blocked();
    world.admin.exec("commit");
    CHECK(outcome(test::outcome_of(late)) == "invalid_credentials");
    CHECK(world.one("select count(*) from sessions") == "1");
}

TEST_CASE("registrations, logins and failures are in the audit log, without address and password") {
    test::CapturedAudit audit;
    World world;
    REQUIRE(world.sign_up("ann@example.com").has_value());
    REQUIRE(world.log_in("ann@example.com").has_value());
    (void)audit.take();
    REQUIRE(world.sign_up("bob@example.com").has_value());
    auto lines = audit.take();
    CHECK(lines.find("account.registered user=2 address=203.0.113.9 request_id=r1\n") != std::string::npos);
    REQUIRE(world.log_in("ann@example.com", "password123", away).has_value());
    lines += audit.take();
    CHECK(lines.find("login.ok user=1 address=198.51.100.7 request_id=r2\n") != std::string::npos);
    CHECK(outcome(world.log_in("ann@example.com", "password124")) == "invalid_credentials");
    CHECK(audit.take() == "login.failed user=1 address=203.0.113.9 request_id=r1\n");
    CHECK(outcome(world.log_in("eve@example.com", "password124", away)) == "invalid_credentials");
    CHECK(audit.take() == "login.failed address=198.51.100.7 request_id=r2\n");
    for (int i = 0; i < 4; ++i) (void)world.log_in("ann@example.com", "password124");
    (void)audit.take();
    CHECK(outcome(world.log_in("ann@example.com", "password124")) == "rate_limited");
    CHECK(audit.take() == "login.limited address=203.0.113.9 request_id=r1\n");
    for (const auto* secret : {"@example.com", "password12"}) CHECK(lines.find(secret) == std::string::npos);
}

}  // namespace roost::accounts
