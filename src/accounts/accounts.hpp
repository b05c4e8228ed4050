// Accounts: registering, logging in, who is who, and changes.
#pragma once

#include "accounts/account.hpp"
#include "accounts/account_store.hpp"
#include "accounts/author_names.hpp"
#include "accounts/password_check.hpp"
#include "accounts/user_store.hpp"
#include "auth/sessions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace roost::accounts {

struct LoggedIn {
    User user;
    auth::Tokens tokens;
};

// One for each core; used there. Logins, and what changes an account, are in the audit log. Who is an admin
// is asked each time, so that one who is no more has lost it at once.
class Accounts {
public:
    // All outlive this object.
    Accounts(db::Pool& pool, auth::Sessions& sessions, const PasswordHashing& hashing,
             auth::LoginGuard& guard, AuthorNames& names)
        : store_(pool), users_(pool), sessions_(sessions), passwords_(hashing, guard), names_(names) {}

    // Without a name the part of the e-mail address before the @ is taken. Account and session are stored
    // together. Fails with email_taken, overloaded.
    Task<Result<LoggedIn>> register_account(Email email, Password password, std::optional<UserName> name,
                                            Origin origin);
    // Fails with invalid_credentials for an unknown address and for a wrong password alike, in equal time;
    // with rate_limited after too many failures, overloaded when too many wait.
    Task<Result<LoggedIn>> log_in(Email email, Password password, Origin origin);

    // Fails with unauthorized: the account was removed while its token is still good.
    Task<Result<User>> me(UserId id);
    // E-mail and role only to oneself and admins. Fails with user_not_found.
    Task<Result<User>> show(UserId caller, UserId id);
    Task<Result<std::vector<User>>> list(UserId caller, UserSearch search);
    Task<bool> is_admin(UserId id);
    // The name to sign a message with, remembered for a few seconds. Fails as me().
    Task<Result<std::string>> author_name(UserId id);

    // Of oneself, or of anybody by an admin. A new password ends all sessions of the account, the caller's
    // too. Fails with forbidden (also where there is no such user) and, for an admin, user_not_found;
    // email_taken; invalid_input at /current_password, which one's own new e-mail address or password needs;
    // rate_limited when that was wrong too often; unauthorized as me(); overloaded.
    Task<Result<User>> change(UserId caller, UserId id, AccountChange change, Origin origin);
    // Of oneself, or of anybody by an admin. The account, its sessions and memberships are gone when this
    // returns; its rooms have no owner, and its messages are left to those who keep them (removed_users).
    // Fails as change().
    Task<Result<None>> remove(UserId caller, UserId id, Origin origin);

private:
    Task<std::string> find_hash(Email email, std::optional<StoredAccount>& account);
    Task<Result<std::optional<std::string>>> compare_current(UserId id, const AccountChange& change,
                                                             const Origin& origin);
    Task<Result<User>> store_change(UserId caller, UserId id, StoredChange change);

    AccountStore store_;
    UserStore users_;
    auth::Sessions& sessions_;
    PasswordCheck passwords_;
    AuthorNames& names_;
};

}  // namespace roost::accounts
