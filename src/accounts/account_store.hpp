// SQL for accounts: what they log in with, and their changes.
#pragma once

#include "accounts/account.hpp"
#include "auth/sessions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"

#include <optional>
#include <string>

namespace roost::accounts {

struct StoredAccount {
    User user;  // with e-mail and role
    std::string password_hash;
};

// What is not given stays as it is.
struct StoredChange {
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> password_hash;  // ends all sessions of the account
    // The hash that the caller's password was compared with: if it is another one now, nothing changes.
    std::optional<std::string> compared_hash;
};

class AccountStore {
public:
    explicit AccountStore(db::Pool& pool) : pool_(pool) {}

    Task<std::optional<StoredAccount>> find(Email email);
    Task<std::optional<StoredAccount>> find(UserId id);
    Task<bool> is_admin(UserId id);

    // With its first session, or nothing. Fails with email_taken.
    Task<Result<User>> insert(Email email, std::string name, std::string password_hash,
                              auth::NewSession session);
    // False when the account is gone, or has another password than the one that was compared.
    Task<bool> open_session(UserId id, std::string compared_hash, auth::NewSession session);
    // Nothing when there is nothing to change: the account is gone, its password is another one than
    // compared_hash, or the caller is neither the user nor an admin. Fails with email_taken.
    Task<Result<std::optional<User>>> update(UserId caller, UserId id, StoredChange change);

    struct Removal {
        bool is_done = false;  // removed_users has it then
        bool caller_is_admin = false;
    };
    // If the caller is the user or an admin.
    Task<Removal> remove(UserId caller, UserId id);

private:
    db::Pool& pool_;
};

}  // namespace roost::accounts
