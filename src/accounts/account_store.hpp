// SQL for users.
#pragma once

#include "accounts/account.hpp"
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

class AccountStore {
public:
    explicit AccountStore(db::Pool& pool) : pool_(pool) {}

    // Fails with email_taken.
    Task<Result<User>> insert(Email email, std::string name, std::string password_hash);
    Task<std::optional<StoredAccount>> find(Email email);
    Task<std::optional<User>> find(UserId id);

private:
    db::Pool& pool_;
};

}  // namespace roost::accounts
