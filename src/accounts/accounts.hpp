// Accounts: registering, logging in, and who is who.
#pragma once

#include "accounts/account.hpp"
#include "accounts/account_store.hpp"
#include "auth/sessions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "net/workers.hpp"

#include <optional>
#include <unordered_map>

namespace roost::accounts {

struct LoggedIn {
    User user;
    auth::Tokens tokens;
};

struct PasswordHashing {
    net::Workers& workers;
    unsigned cost;      // bcrypt's, 4 to 31
    std::string dummy;  // a hash of that cost which no password has
};

// Makes the dummy: takes as long as one login. Blocks.
PasswordHashing password_hashing(net::Workers& workers, unsigned cost);

// One for each core; used there.
class Accounts {
public:
    // All outlive this object.
    Accounts(db::Pool& pool, auth::Sessions& sessions, const PasswordHashing& hashing)
        : store_(pool), sessions_(sessions), hashing_(hashing) {}

    // Without a name the part of the e-mail address before the @ is taken. Fails with email_taken,
    // overloaded.
    Task<Result<LoggedIn>> register_account(Email email, Password password, std::optional<UserName> name);
    // Fails with invalid_credentials for an unknown address and for a wrong password alike, in equal time;
    // with overloaded when too many wait.
    Task<Result<LoggedIn>> log_in(Email email, Password password);
    // Fails with unauthorized: the account was removed while its token is still good.
    Task<Result<User>> find(UserId id);
    // The name to sign a message with; remembered for a few seconds. Fails as find().
    Task<Result<std::string>> author_name(UserId id);

private:
    struct Remembered {
        std::string name;
        Clock::time_point until;
    };

    AccountStore store_;
    auth::Sessions& sessions_;
    const PasswordHashing& hashing_;
    std::unordered_map<UserId, Remembered> names_;
};

}  // namespace roost::accounts
