// Changing and removing accounts.
#include "support/account_world.hpp"

#include <doctest/doctest.h>

namespace roost::accounts {
namespace {

using test::email;
using test::home;
using test::outcome;
using test::password;

constexpr UserId ann{1}, bob{2}, ada{3}, nobody{99};
constexpr auto first_password = "password123";

// Ann, Bob, and Ada, who is an admin. Ann is logged in.
struct World : test::AccountWorld {
    explicit World(unsigned cores = 1) : AccountWorld(cores) {
        person("Bob");
        person("Ada", "admin");
    }
    Result<User> change(UserId caller, UserId id, const AccountChange& change) {
        return run([&](Accounts& accounts) { return accounts.change(caller, id, change, home); });
    }
    Result<None> remove(UserId caller, UserId id) {
        return run([&](Accounts& accounts) { return accounts.remove(caller, id, home); });
    }

    LoggedIn session = *sign_up("ann@example.com", first_password, UserName("Ann"));
};

AccountChange name_is(const char* name) {
    AccountChange change;
    change.name = UserName(name);
    return change;
}
AccountChange email_is(const char* address, const char* current = nullptr) {
    AccountChange change;
    change.email = email(address);
    if (current != nullptr) change.current_password = password(current);
    return change;
}
AccountChange password_is(const char* secret, const char* current = nullptr) {
    AccountChange change;
    change.password = password(secret);
    if (current != nullptr) change.current_password = password(current);
    return change;
}

// "pointer code" of the only fault.
template <class T>
std::string fault(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    CHECK(outcome(result) == "invalid_input");
    const auto faults = result.error().faults();
    REQUIRE(faults.size() == 1);
    return faults[0].pointer + ' ' + std::string(faults[0].code);
}

}  // namespace

TEST_CASE("one's own name changes without a password, and nothing else with it") {
    World world;
    const auto changed = world.change(ann, ann, name_is("Anna"));
    REQUIRE(changed.has_value());
    CHECK(changed->name == "Anna");
    CHECK(changed->email == "ann@example.com");
    CHECK(changed->role == "user");
    CHECK(world.accepts(world.session.tokens.access));
    CHECK(world.log_in("ann@example.com")->user.name == "Anna");
    CHECK(world.one("select count(*) from users where name = 'Anna'") == "1");
}

TEST_CASE("one's own new address needs the password, and is what one logs in with then") {
    World world;
    CHECK(fault(world.change(ann, ann, email_is("new@example.com"))) == "/current_password required");
    CHECK(fault(world.change(ann, ann, email_is("new@example.com", "password124"))) ==
          "/current_password wrong");
    CHECK(world.one("select email from users where id = 1") == "ann@example.com");
    CHECK(world.change(ann, ann, email_is("New@example.com", first_password))->email == "new@example.com");
    CHECK(world.log_in("new@example.com").has_value());
    CHECK(outcome(world.log_in("ann@example.com")) == "invalid_credentials");
    CHECK(world.accepts(world.session.tokens.access));
}

TEST_CASE("the address that one has is no new one") {
    World world;
    CHECK(world.change(ann, ann, email_is("Ann@example.com")).has_value());
}

TEST_CASE("an address of another is taken, and nothing of that change is made") {
    World world;
    auto change = email_is("bob@example.com", first_password);
    change.name = UserName("Anna");
    CHECK(outcome(world.change(ann, ann, change)) == "email_taken");
    CHECK(world.one("select name from users where id = 1") == "Ann");
    CHECK(outcome(world.change(ada, ann, email_is("bob@example.com"))) == "email_taken");
}

TEST_CASE("one's own new password needs the old one, and ends all sessions on every core") {
    World world(2);
    const auto other = world.log_in("ann@example.com");
    CHECK(fault(world.change(ann, ann, password_is("new password"))) == "/current_password required");
    CHECK(fault(world.change(ann, ann, password_is("new password", "password124"))) ==
          "/current_password wrong");
    CHECK(world.accepts(world.session.tokens.access));
    REQUIRE(world.change(ann, ann, password_is("new password", first_password)).has_value());
    for (unsigned core = 0; core < 2; ++core) {
        CHECK_FALSE(world.accepts(world.session.tokens.access, core));
        CHECK_FALSE(world.accepts(other->tokens.access, core));
    }
    CHECK(world.one("select count(*) from sessions where revoked_at is null") == "0");
    CHECK(outcome(world.log_in("ann@example.com", first_password)) == "invalid_credentials");
    const auto again = world.log_in("ann@example.com", "new password");
    REQUIRE(again.has_value());
    CHECK(world.accepts(again->tokens.access, 1));
}

TEST_CASE("the password is not changed when the sessions cannot be ended") {
    World world;
    world.admin.exec("alter table sessions add check (revoked_at is null)");
    CHECK_THROWS_AS((void)world.change(ann, ann, password_is("new password", first_password)), db::Error);
    CHECK(world.log_in("ann@example.com", first_password).has_value());
}

TEST_CASE("a login that was first ends with the others when the password changes right behind it") {
    World world;
    world.admin.exec(
        "begin; select from users where id = 1 for share;"
        "insert into sessions (id, user_id, expires_at) values (gen_random_uuid(), 1, now() + interval '1 "
        "day')");
    auto behind = world.start([](Accounts& accounts) {
        return accounts.change(ann, ann, password_is("new password", first_password), home);
    });
    world.until_blocked();
    world.admin.exec("commit");
    REQUIRE(test::outcome_of(behind).has_value());
    CHECK(world.one("select count(*) from sessions where revoked_at is null") == "0");
}

TEST_CASE("guesses of the current password count as failed logins, and the right one clears them") {
    World world;
    for (int i = 0; i < 4; ++i)
        CHECK(fault(world.change(ann, ann, password_is("new password", "password124"))) ==
              "/current_password wrong");
    REQUIRE(world.change(ann, ann, password_is("new password", first_password)).has_value());
    for (int i = 0; i < 5; ++i)
        CHECK(fault(world.change(ann, ann, password_is("other password", "password124"))) ==
              "/current_password wrong");
    CHECK(outcome(world.change(ann, ann, password_is("other password", "new password"))) == "rate_limited");
    CHECK(outcome(world.log_in("ann@example.com", "new password")) == "rate_limited");
    // What needs no password is not held up.
    CHECK(world.change(ann, ann, name_is("Anna")).has_value());
}

TEST_CASE("of two who know the same old password, the second one is too late") {
    World world;
    world.admin.exec("begin; update users set password_hash = 'other' where id = 1");
    auto late = world.start([](Accounts& accounts) {
        return accounts.change(ann, ann, password_is("new password", first_password), home);
    });
    world.until_blocked();
    world.admin.exec("commit");
    CHECK(fault(test::outcome_of(late)) == "/current_password wrong");
    CHECK(world.one("select password_hash from users where id = 1") == "other");
    CHECK(world.one("select count(*) from sessions where revoked_at is null") == "1");
}

TEST_CASE("others change nothing, whether the account is there or not") {
    World world;
    for (const auto id : {ann, ada, nobody}) {
        CHECK(outcome(world.change(bob, id, name_is("Eve"))) == "forbidden");
        CHECK(outcome(world.change(bob, id, password_is("new password", first_password))) == "forbidden");
        CHECK(outcome(world.remove(bob, id)) == "forbidden");
    }
    CHECK(outcome(world.change(nobody, ann, name_is("Eve"))) == "forbidden");
    CHECK(world.one("select string_agg(name, ' ' order by id) from users") == "Ann Bob Ada");
}

TEST_CASE("an admin changes any account without its password, and learns when there is none") {
    World world;
    const auto changed = world.change(ada, ann, email_is("new@example.com"));
    REQUIRE(changed.has_value());
    CHECK(changed->email == "new@example.com");
    CHECK(changed->role == "user");
    REQUIRE(world.change(ada, ann, password_is("new password")).has_value());
    CHECK_FALSE(world.accepts(world.session.tokens.access));
    CHECK(world.log_in("new@example.com", "new password").has_value());
    CHECK(outcome(world.change(ada, nobody, name_is("Eve"))) == "user_not_found");
    CHECK(outcome(world.change(ada, nobody, password_is("new password"))) == "user_not_found");
    // Its own takes what everybody's does.
    CHECK(fault(world.change(ada, ada, email_is("new@example.org"))) == "/current_password required");
}

TEST_CASE("a demoted admin changes and removes nobody") {
    World world;
    REQUIRE(world.change(ada, bob, name_is("Bobby")).has_value());
    world.admin.exec("update users set role = 'user'");
    CHECK(outcome(world.change(ada, bob, name_is("Eve"))) == "forbidden");
    CHECK(outcome(world.remove(ada, bob)) == "forbidden");
}

TEST_CASE("whose account is gone is nobody") {
    World world;
    world.admin.exec("delete from users where id = 1");
    CHECK(outcome(world.change(ann, ann, name_is("Anna"))) == "unauthorized");
    CHECK(outcome(world.change(ann, ann, password_is("new password", first_password))) == "unauthorized");
    CHECK(outcome(world.remove(ann, ann)) == "unauthorized");
}

TEST_CASE("a removed account is gone on every core with its sessions and memberships, and is noted") {
    World world(2);
    world.admin.exec(
        "insert into rooms (slug, name, owner_id) values ('hall', 'The hall', 1);"
        "insert into members (room_id, user_id) values (2, 1), (2, 2);"
        "insert into read_marks (user_id, room_id, seq) values (1, 2, 0)");
    REQUIRE(world.remove(ann, ann).has_value());
    for (unsigned core = 0; core < 2; ++core) CHECK_FALSE(world.accepts(world.session.tokens.access, core));
    CHECK(outcome(world.log_in("ann@example.com")) == "invalid_credentials");
    CHECK(world.one("select count(*) from sessions") == "0");
    CHECK(world.one("select count(*) from refresh_tokens") == "0");
    CHECK(world.one("select string_agg(user_id::text, ' ') from members") == "2");
    CHECK(world.one("select count(*) from read_marks") == "0");
    CHECK(world.one("select coalesce(owner_id, 0) from rooms where slug = 'hall'") == "0");
    CHECK(world.one("select user_id || coalesce(tombstoned_at::text, '') from removed_users") == "1");
    CHECK(outcome(world.remove(ann, ann)) == "unauthorized");
    CHECK(outcome(world.remove(ada, ann)) == "user_not_found");
    // The address is free again, and the id is not.
    CHECK(world.sign_up("ann@example.com")->user.id == UserId{4});
}

TEST_CASE("an admin removes any account, and learns when there is none") {
    World world;
    REQUIRE(world.remove(ada, ann).has_value());
    CHECK_FALSE(world.accepts(world.session.tokens.access));
    CHECK(outcome(world.remove(ada, nobody)) == "user_not_found");
    CHECK(world.one("select string_agg(user_id::text, ' ') from removed_users") == "1");
    CHECK(world.remove(ada, ada).has_value());
}

TEST_CASE("changes and removals are in the audit log, by whom and of whom, without what was changed") {
    test::CapturedAudit audit;
    World world;
    (void)audit.take();
    REQUIRE(world.change(ann, ann, name_is("Anna")).has_value());
    CHECK(audit.take().empty());
    REQUIRE(world.change(ann, ann, email_is("new@example.com", first_password)).has_value());
    CHECK(audit.take() == "account.email_changed user=1 address=203.0.113.9 request_id=r1\n");
    (void)world.change(ann, ann, email_is("ann@example.com", "password124"));
    CHECK(audit.take() == "account.wrong_password user=1 address=203.0.113.9 request_id=r1\n");
    REQUIRE(world.change(ada, ann, password_is("new password")).has_value());
    CHECK(audit.take() ==
          "admin.user_changed user=3 target=1 address=203.0.113.9 request_id=r1\n"
          "account.password_changed user=1 address=203.0.113.9 request_id=r1\n"
          "sessions.revoked_all user=1 sessions=1\n");
    REQUIRE(world.remove(ada, bob).has_value());
    CHECK(audit.take() == "admin.user_removed user=3 target=2 address=203.0.113.9 request_id=r1\n");
    REQUIRE(world.remove(ann, ann).has_value());
    CHECK(audit.take() == "account.removed user=1 address=203.0.113.9 request_id=r1\n");
    CHECK(outcome(world.change(bob, ada, name_is("Eve"))) == "forbidden");
    CHECK(audit.take().empty());
}

}  // namespace roost::accounts
