// Endpoints for accounts (contract.md).
#pragma once

#include "accounts/account.hpp"
#include "contract/endpoint.hpp"

#include <optional>
#include <string>

namespace roost::contract {

struct Registration {
    accounts::Email email;
    accounts::Password password;
    std::optional<accounts::UserName> name;
};
BOOST_DESCRIBE_STRUCT(Registration, (), (email, password, name))

struct Credentials {
    accounts::Email email;
    accounts::Password password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (email, password))

struct Authenticated {
    accounts::User user;
    std::string token;
    std::string refresh_token;
    std::int64_t expires_in;  // seconds
};
BOOST_DESCRIBE_STRUCT(Authenticated, (), (user, token, refresh_token, expires_in))

struct UserEnvelope {
    accounts::User user;
};
BOOST_DESCRIBE_STRUCT(UserEnvelope, (), (user))

inline const auto register_account = post("/api/auth/register")
                                         .summary("Make an account and log in")
                                         .takes<Registration>()
                                         .gives<Authenticated>(201)
                                         .fails_with({Errc::email_taken, Errc::overloaded});

inline const auto log_in = post("/api/auth/login")
                               .summary("Log in with e-mail address and password")
                               .takes<Credentials>()
                               .gives<Authenticated>()
                               .fails_with({Errc::invalid_credentials, Errc::overloaded});

inline const auto show_me =
    get("/api/users/me").summary("Who the caller is").only_for_callers().gives<UserEnvelope>();

}  // namespace roost::contract
