// Endpoints for accounts (contract.md).
#pragma once

#include "accounts/account.hpp"
#include "contract/endpoint.hpp"
#include "schema/member_docs.hpp"

#include <optional>
#include <vector>

namespace roost::accounts {
constexpr auto docs_of(const User*) {
    return std::array{
        schema::MemberDoc{"id", "The user's number.", "42"},
        schema::MemberDoc{"name", "What others see.", R"("Ann")"},
        schema::MemberDoc{"email", "Only for the user itself and admins.", R"("ann@example.com")"},
        schema::MemberDoc{"role", "`user` or `admin`; only for the user itself and admins.", R"("user")"},
        schema::MemberDoc{"inserted_at", "When the account was made.", R"("2026-01-31T08:15:30.000001Z")"}};
}
}  // namespace roost::accounts

namespace roost::contract {

using SearchText = Text<1, 100>;
using PageLimit = Integer<1, 100>;

struct UserPath {
    UserId id;
};
BOOST_DESCRIBE_STRUCT(UserPath, (), (id))
constexpr auto docs_of(const UserPath*) {
    return std::array{schema::MemberDoc{"id", "The user's number.", "3"}};
}

struct UserEnvelope {
    accounts::User user;
};
BOOST_DESCRIBE_STRUCT(UserEnvelope, (), (user))
constexpr auto docs_of(const UserEnvelope*) {
    return std::array{schema::MemberDoc{"user", "The user.", ""}};
}

struct UserList {
    std::vector<accounts::User> users;
};
BOOST_DESCRIBE_STRUCT(UserList, (), (users))
constexpr auto docs_of(const UserList*) {
    return std::array{schema::MemberDoc{"users", "In the order of their ids.", ""}};
}

struct UserQuery {
    std::optional<SearchText> q;
    PageLimit limit{50};
    std::optional<UserId> after;
};
BOOST_DESCRIBE_STRUCT(UserQuery, (), (q, limit, after))
constexpr auto docs_of(const UserQuery*) {
    return std::array{
        schema::MemberDoc{
            "q", "A part of the name, whatever its case; for admins also of the e-mail address.", R"("an")"},
        schema::MemberDoc{"limit", "How many at most.", "50"},
        schema::MemberDoc{"after", "Those behind this id: the last one of the page before.", "2"}};
}

struct UserChange {
    std::optional<accounts::UserName> name;
    std::optional<accounts::Email> email;
    std::optional<accounts::Password> password;
    std::optional<accounts::Password> current_password;
};
BOOST_DESCRIBE_STRUCT(UserChange, (), (name, email, password, current_password))
constexpr auto docs_of(const UserChange*) {
    return std::array{
        schema::MemberDoc{"name",
                          "What others see from now on; messages keep the name they were posted with.",
                          R"("Ann Lee")"},
        schema::MemberDoc{"email", "A new address to log in with.", R"("ann.lee@example.com")", true},
        schema::MemberDoc{"password", "A new password. Every session of the account ends, this one too.",
                          R"("battery staple")", true},
        schema::MemberDoc{"current_password",
                          "Needed for a new e-mail address or password of one's own account.",
                          R"("correct horse")", true}};
}

inline const auto show_me = get("/api/users/me")
                                .named("show_me", "Users", "Who the caller is")
                                .only_for_callers()
                                .gives<UserEnvelope>(200, "The caller's own account.");

inline const auto change_me = patch("/api/users/me")
                                  .named("change_me", "Users", "Change one's own account")
                                  .only_for_callers()
                                  .takes<UserChange>()
                                  .gives<UserEnvelope>(200, "The account as it is now.")
                                  .fails_with({Errc::email_taken, Errc::rate_limited, Errc::overloaded});

inline const auto remove_me =
    del("/api/users/me")
        .named("remove_me", "Users", "Remove one's own account")
        .explained("Its sessions end, and its messages become tombstones of \"deleted user\".")
        .only_for_callers()
        .gives_nothing("The account is gone.")
        .fails_with({Errc::overloaded});

inline const auto list_users = get("/api/users")
                                   .named("list_users", "Users", "Find users, page by page")
                                   .only_for_callers()
                                   .query<UserQuery>()
                                   .gives<UserList>(200, "A page; the `Link` header names the next one.");

inline const auto show_user = get("/api/users/{id}")
                                  .named("show_user", "Users", "One user")
                                  .only_for_callers()
                                  .at<UserPath>(Errc::user_not_found)
                                  .gives<UserEnvelope>(200, "The user.");

inline const auto change_user =
    put("/api/users/{id}")
        .named("change_user", "Users", "Change an account: one's own, or any as an admin")
        .only_for_callers()
        .at<UserPath>(Errc::user_not_found)
        .takes<UserChange>()
        .gives<UserEnvelope>(200, "The account as it is now.")
        .fails_with({Errc::forbidden, Errc::email_taken, Errc::rate_limited, Errc::overloaded});

inline const auto remove_user =
    del("/api/users/{id}")
        .named("remove_user", "Users", "Remove an account: one's own, or any as an admin")
        .only_for_callers()
        .at<UserPath>(Errc::user_not_found)
        .gives_nothing("The account is gone.")
        .fails_with({Errc::forbidden, Errc::overloaded});

}  // namespace roost::contract
