#include "accounts/user_rows.hpp"

namespace roost::accounts {

User user_in(const db::Rows& rows, int row) {
    return {.id = UserId{rows.integer(row, 0)},
            .name = std::string(rows.text(row, 1)),
            .email = rows.maybe_text(row, 2),
            .role = rows.maybe_text(row, 3),
            .inserted_at = rows.timestamp(row, 4)};
}

}  // namespace roost::accounts
