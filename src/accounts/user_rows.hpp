// The columns a User is read from, and the reading.
#pragma once

#include "accounts/account.hpp"
#include "db/rows.hpp"

namespace roost::accounts {

// Of a user `u`, with e-mail and role.
#define ROOST_USER_COLUMNS "u.id, u.name, u.email, u.role, u.inserted_at"
// The same with e-mail and role only where `condition` holds.
#define ROOST_USER_COLUMNS_IF(condition)                                           \
    "u.id, u.name, CASE WHEN " condition " THEN u.email END, CASE WHEN " condition \
    " THEN u.role END, u.inserted_at"
inline constexpr int user_columns = 5;

// The first columns of the row.
User user_in(const db::Rows& rows, int row);

}  // namespace roost::accounts
