// Who is who, and who sees what of it.
#include "support/account_world.hpp"

#include <doctest/doctest.h>

namespace roost::accounts {
namespace {

using test::outcome;
using World = test::AccountWorld;

constexpr UserId ann{1}, bob{2}, ada{3}, nobody{99};

struct People : World {
    explicit People(unsigned cores = 1) : World(cores) {
        person("Ann");
        person("Bob");
        person("Ada", "admin");
    }
    Result<User> show(UserId caller, UserId id) {
        return run([&](Accounts& accounts) { return accounts.show(caller, id); });
    }
    std::vector<User> list(UserId caller, const UserSearch& search = {}) {
        return *run([&](Accounts& accounts) { return accounts.list(caller, search); });
    }
    std::vector<std::string> found(UserId caller, const char* q) {
        UserSearch search;
        search.q = SearchText(q);
        return names(list(caller, search));
    }
    static std::vector<std::string> names(const std::vector<User>& users) {
        std::vector<std::string> names;
        for (const auto& user : users) names.push_back(user.name);
        return names;
    }
    auto name_of(UserId id, unsigned core = 0) {
        return run([id](Accounts& accounts) { return accounts.author_name(id); }, core);
    }
};

using Names = std::vector<std::string>;

bool is_complete(const User& user) {
    return user.email && user.role;
}
bool is_reduced(const User& user) {
    return !user.email && !user.role;
}

}  // namespace

TEST_CASE("e-mail and role are shown to the user itself and to admins") {
    People people;
    for (const auto& [caller, id] : {std::pair(ann, ann), std::pair(ada, ann), std::pair(ada, ada)}) {
        const auto user = people.show(caller, id);
        CHECK(is_complete(*user));
        CHECK(user->id == id);
    }
    CHECK(people.show(ada, ann)->email == "ann@example.com");
    CHECK(people.show(ann, ada)->name == "Ada");
    for (const auto& [caller, id] : {std::pair(ann, bob), std::pair(ann, ada), std::pair(nobody, ann)})
        CHECK(is_reduced(*people.show(caller, id)));
    CHECK(outcome(people.show(ann, nobody)) == "user_not_found");
    people.admin.exec("update users set role = 'user'");
    CHECK(is_reduced(*people.show(ada, ann)));
}

TEST_CASE("who calls finds itself complete, and is nobody once the account is gone") {
    People people;
    const auto me = [&](UserId id) { return people.run([id](Accounts& a) { return a.me(id); }); };
    CHECK(me(ada)->role == "admin");
    CHECK(me(ann)->email == "ann@example.com");
    people.admin.exec("delete from users where id = 1");
    CHECK(outcome(me(ann)) == "unauthorized");
}

TEST_CASE("who is an admin is asked each time") {
    People people;
    const auto is_admin = [&](UserId id) { return people.run([id](Accounts& a) { return a.is_admin(id); }); };
    CHECK(is_admin(ada));
    CHECK_FALSE(is_admin(ann));
    CHECK_FALSE(is_admin(nobody));
    people.admin.exec("update users set role = 'user'");
    CHECK_FALSE(is_admin(ada));
}

TEST_CASE("users are listed by id, page by page, each as the caller may see it") {
    People people;
    const auto all = people.list(ann);
    CHECK(People::names(all) == Names{"Ann", "Bob", "Ada"});
    CHECK(is_complete(all[0]));
    CHECK(is_reduced(all[1]));
    CHECK(is_reduced(all[2]));
    for (const auto& user : people.list(ada)) CHECK(is_complete(user));
    CHECK(People::names(people.list(ann, {.q = {}, .limit = 2, .after = {}})) == Names{"Ann", "Bob"});
    CHECK(People::names(people.list(ann, {.q = {}, .limit = 2, .after = bob})) == Names{"Ada"});
    CHECK(people.list(ann, {.q = {}, .limit = 2, .after = ada}).empty());
}

TEST_CASE("users are found by a part of the name in any case, and by admins also by the address") {
    People people;
    people.admin.exec("update users set email = 'Ö.ooo@example.com' where id = 2");
    CHECK(people.found(ann, "AN") == Names{"Ann"});
    CHECK(people.found(ann, "a") == Names{"Ann", "Ada"});
    CHECK(people.found(ann, "ooo").empty());
    CHECK(people.found(ann, "ann@example").empty());
    CHECK(people.found(ada, "OOO") == Names{"Bob"});
    CHECK(people.found(ada, "Ö.O") == Names{"Bob"});
    CHECK(people.found(ada, "ann@EXAMPLE") == Names{"Ann"});
}

TEST_CASE("what is searched for has no wildcards") {
    People people;
    for (const auto* q : {"%", "_", "A%n", "A_n", "\\"}) {
        CAPTURE(q);
        CHECK(people.found(ada, q).empty());
    }
    people.admin.exec(R"(update users set name = 'a\_%z' where id = 2)");
    for (const auto* q : {"%", "_", "\\", "A\\_%Z"}) {
        CAPTURE(q);
        CHECK(people.found(ann, q) == Names{"a\\_%z"});
    }
}

TEST_CASE("the name to sign with is remembered, and asked for where it is not known") {
    People people;
    CHECK(*people.name_of(ann) == "Ann");
    people.admin.exec("update users set name = 'Anna' where id = 1");
    const auto before = people.transactions();
    CHECK(*people.name_of(ann) == "Ann");
    CHECK(people.transactions() == before);
    CHECK(outcome(people.name_of(nobody)) == "unauthorized");
    CHECK(outcome(people.name_of(nobody)) == "unauthorized");
    CHECK(people.transactions() - before == 2);
}

TEST_CASE("after a rename or a removal no core signs with the old name") {
    People people(2);
    for (unsigned core = 0; core < 2; ++core)
        for (const auto id : {ann, bob}) REQUIRE(people.name_of(id, core).has_value());
    AccountChange change;
    change.name = UserName("Anna");
    const auto rename = [&](Accounts& accounts) { return accounts.change(ann, ann, change, test::home); };
    REQUIRE(people.run(rename, 1).has_value());
    const auto remove = [](Accounts& accounts) { return accounts.remove(bob, bob, test::home); };
    REQUIRE(people.run(remove, 1).has_value());
    for (unsigned core = 0; core < 2; ++core) {
        CHECK(*people.name_of(ann, core) == "Anna");
        CHECK(outcome(people.name_of(bob, core)) == "unauthorized");
    }
}

}  // namespace roost::accounts
