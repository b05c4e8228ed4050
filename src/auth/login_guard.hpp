// Stands before the check of a password, for callers on any core: the failed attempts of the process, on one
// core.
//
//     if (auto admitted = co_await guard.admit(email, address); !admitted) co_return admitted.error();
//     // … check the password; a wrong one needs no word:
//     co_await guard.succeeded(email, address);
#pragma once

#include "auth/login_attempts.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "net/core.hpp"

#include <string>

namespace roost::auth {

// One for the process; outlives the calls.
class LoginGuard {
public:
    explicit LoginGuard(net::Core& home, std::size_t most = LoginAttempts::default_size)
        : home_(home), attempts_(most) {}

    // `email` as accounts keep it, in lower case; `address` is the client's own. Fails with rate_limited and
    // the time to wait; else the attempt counts as failed until one of the others is called.
    Task<Result<None>> admit(std::string email, std::string address);
    // The password was right.
    Task<void> succeeded(std::string email, std::string address);
    // It was not compared: too much waits, the database is away.
    Task<void> withdrawn(std::string email, std::string address);

private:
    Task<Result<None>> admit_here(const std::string& email, const std::string& address);
    Task<None> succeeded_here(const std::string& email, const std::string& address);
    Task<None> withdrawn_here(const std::string& email, const std::string& address);

    net::Core& home_;
    LoginAttempts attempts_;  // used there
};

}  // namespace roost::auth
