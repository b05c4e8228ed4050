#include "accounts/account_store.hpp"

namespace roost::accounts {
namespace {

#define USER_COLUMNS "id, name, email, role, inserted_at"

const db::Statement insert_user{
    "insert_user",
    "INSERT INTO users (email, name, password_hash) VALUES ($1, $2, $3) RETURNING " USER_COLUMNS};

const db::Statement user_by_email{"user_by_email",
                                  "SELECT " USER_COLUMNS ", password_hash FROM users WHERE email = $1"};

const db::Statement user_by_id{"user_by_id", "SELECT " USER_COLUMNS " FROM users WHERE id = $1"};

User user_in(const db::Rows& rows, int row) {
    return {.id = UserId{rows.integer(row, 0)},
            .name = std::string(rows.text(row, 1)),
            .email = rows.maybe_text(row, 2),
            .role = rows.maybe_text(row, 3),
            .inserted_at = rows.timestamp(row, 4)};
}

constexpr int password_hash_column = 5;

}  // namespace

Task<Result<User>> AccountStore::insert(Email email, std::string name, std::string password_hash) {
    try {
        const auto rows = co_await pool_.query(insert_user, db::params(email.str(), name, password_hash));
        co_return user_in(rows, 0);
    } catch (const db::Error& error) {
        if (error.constraint() != "users_email_key") throw;
        co_return Problem(Errc::email_taken);
    }
}

Task<std::optional<StoredAccount>> AccountStore::find(Email email) {
    const auto rows = co_await pool_.query(user_by_email, db::params(email.str()));
    if (rows.empty()) co_return std::nullopt;
    co_return StoredAccount{user_in(rows, 0), std::string(rows.text(0, password_hash_column))};
}

Task<std::optional<User>> AccountStore::find(UserId id) {
    const auto rows = co_await pool_.query(user_by_id, db::params(id));
    if (rows.empty()) co_return std::nullopt;
    co_return user_in(rows, 0);
}

}  // namespace roost::accounts
