// SQL that shows users to a caller: e-mail and role only to the user itself and to admins.
#pragma once

#include "accounts/account.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"

#include <optional>
#include <string>
#include <vector>

namespace roost::accounts {

class UserStore {
public:
    explicit UserStore(db::Pool& pool) : pool_(pool) {}

    Task<std::optional<User>> find(UserId caller, UserId id);
    Task<std::vector<User>> list(UserId caller, UserSearch search);
    Task<std::optional<std::string>> name(UserId id);

    // See db::Pool.
    [[nodiscard]] bool is_late() const { return pool_.is_late(); }

private:
    db::Pool& pool_;
};

}  // namespace roost::accounts
