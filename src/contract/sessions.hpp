// Endpoints that open, renew and end sessions (contract.md, "Sessions and tokens").
#pragma once

#include "accounts/account.hpp"
#include "contract/endpoint.hpp"
#include "contract/users.hpp"
#include "schema/member_docs.hpp"

#include <optional>
#include <string>

namespace roost::contract {

struct Registration {
    accounts::Email email;
    accounts::Password password;
    std::optional<accounts::UserName> name;
};
BOOST_DESCRIBE_STRUCT(Registration, (), (email, password, name))
constexpr auto docs_of(const Registration*) {
    return std::array{
        schema::MemberDoc{"email", "The address to log in with; compared in lower case.",
                          R"("ann@example.com")"},
        schema::MemberDoc{"password", "8 characters to 72 bytes of UTF-8.", R"("correct horse")"},
        schema::MemberDoc{"name", "What others see; by default the address up to the @.", R"("Ann")"}};
}

struct Credentials {
    accounts::Email email;
    accounts::Password password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (email, password))
constexpr auto docs_of(const Credentials*) {
    return std::array{schema::MemberDoc{"email", "The address of the account.", R"("demo@example.com")"},
                      schema::MemberDoc{"password", "Its password.", R"("password123")"}};
}

using RefreshToken = Text<1, 512>;

struct Renewal {
    RefreshToken refresh_token;
};
BOOST_DESCRIBE_STRUCT(Renewal, (), (refresh_token))
constexpr auto docs_of(const Renewal*) {
    return std::array{schema::MemberDoc{"refresh_token", "The newest refresh token of the session.",
                                        R"("3b0Yc2mVQ7gJ5kq1aX9fZtR8uLwN4dPs6hTiEoKxGvM")"}};
}

struct RenewedTokens {
    std::string token;
    std::string refresh_token;
    std::int64_t expires_in;
};
BOOST_DESCRIBE_STRUCT(RenewedTokens, (), (token, refresh_token, expires_in))
constexpr auto docs_of(const RenewedTokens*) {
    return std::array{
        schema::MemberDoc{"token", "The access token: Authorization: Bearer <token>.",
                          R"("eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")"},
        schema::MemberDoc{"refresh_token", "Gives the next pair, once.",
                          R"("3b0Yc2mVQ7gJ5kq1aX9fZtR8uLwN4dPs6hTiEoKxGvM")"},
        schema::MemberDoc{"expires_in", "How long the access token is good, in seconds.", "900"}};
}

struct Authenticated {
    accounts::User user;
    std::string token;
    std::string refresh_token;
    std::int64_t expires_in;
};
BOOST_DESCRIBE_STRUCT(Authenticated, (), (user, token, refresh_token, expires_in))
constexpr auto docs_of(const Authenticated*) {
    const auto tokens = docs_of(static_cast<const RenewedTokens*>(nullptr));
    return std::array{schema::MemberDoc{"user", "Who is logged in.", ""}, tokens[0], tokens[1], tokens[2]};
}

inline const auto register_account =
    post("/api/auth/register")
        .named("register", "Sessions", "Make an account and log in")
        .takes<Registration>()
        .gives<Authenticated>(201, "The account was made, and a session opened.")
        .fails_with({Errc::email_taken, Errc::overloaded});

inline const auto log_in =
    post("/api/auth/login")
        .named("login", "Sessions", "Log in with e-mail address and password")
        .explained(
            "A wrong address and a wrong password are answered alike. After several failures for one "
            "account from one address, further attempts are refused for a growing time.")
        .takes<Credentials>()
        .gives<Authenticated>(200, "A session was opened.")
        .fails_with({Errc::invalid_credentials, Errc::rate_limited, Errc::overloaded});

inline const auto refresh =
    post("/api/auth/refresh")
        .named("refresh", "Sessions", "Exchange a refresh token for a new pair of tokens")
        .explained(
            "Each refresh token is used once. For 10 seconds after its first use it gives another pair "
            "of the same session (two tabs, a lost answer); later use is taken for theft and ends the "
            "session.")
        .takes<Renewal>()
        .gives<RenewedTokens>(200, "The next pair.")
        .fails_with({Errc::invalid_refresh_token});

inline const auto log_out =
    post("/api/auth/logout")
        .named("logout", "Sessions", "End the session of this token")
        .explained(
            "Its access and refresh tokens are refused from now on, and its sockets are closed (1001).")
        .only_for_callers()
        .gives_nothing("The session has ended.");

}  // namespace roost::contract
