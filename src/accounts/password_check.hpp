// Passwords hashed and compared: on workers, and comparing only for whom the login guard admits.
#pragma once

#include "accounts/account.hpp"
#include "auth/login_guard.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "net/workers.hpp"

#include <string>

namespace roost::accounts {

struct PasswordHashing {
    net::Workers& workers;
    unsigned cost;      // bcrypt's, 4 to 31
    std::string dummy;  // a hash of that cost which no password has
};

// Makes the dummy: takes as long as one login. Blocks.
PasswordHashing password_hashing(net::Workers& workers, unsigned cost);

// Used from any core.
class PasswordCheck {
public:
    // Both outlive this object.
    PasswordCheck(const PasswordHashing& hashing, auth::LoginGuard& guard)
        : hashing_(hashing), guard_(guard) {}

    // Fails with overloaded.
    Task<Result<std::string>> hash(Password password);
    // `stored` gives the hash to compare with, the dummy where there is no account: only then is it asked.
    // Fails with rate_limited, invalid_credentials, overloaded; what leaves `stored` leaves this.
    Task<Result<None>> compare(std::string email, std::string address, Password password,
                               Task<std::string> stored);

    [[nodiscard]] const std::string& dummy() const noexcept { return hashing_.dummy; }

private:
    Task<Result<None>> compare_admitted(Password password, Task<std::string> stored);

    const PasswordHashing& hashing_;
    auth::LoginGuard& guard_;
};

}  // namespace roost::accounts
