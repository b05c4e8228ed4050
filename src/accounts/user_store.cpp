#include "accounts/user_store.hpp"

#include "accounts/user_rows.hpp"

namespace roost::accounts {
namespace {

// One row: whether the caller, $1, is an admin at this moment.
#define CALLER "(SELECT EXISTS (SELECT FROM users WHERE id = $1 AND role = 'admin') AS is_admin) AS caller"
#define SHOW_USER "SELECT " ROOST_USER_COLUMNS_IF("(u.id = $1 OR caller.is_admin)") " FROM users u, " CALLER

const db::Statement show_user{"show_user", SHOW_USER " WHERE u.id = $2"};

// strpos() and not LIKE: it knows no wildcards. It finds the empty text everywhere. Addresses are kept in
// lower case by the rules of collation "C".
const db::Statement list_users{
    "list_users", SHOW_USER
    " WHERE u.id > $2 AND (strpos(lower(u.name), lower($3)) > 0 "
    "OR (caller.is_admin AND strpos(u.email, lower($3 COLLATE \"C\")) > 0)) ORDER BY u.id LIMIT $4"};

const db::Statement name_of_user{"name_of_user", "SELECT name FROM users WHERE id = $1"};

}  // namespace

Task<std::optional<User>> UserStore::find(UserId caller, UserId id) {
    const auto rows = co_await pool_.query(show_user, db::params(caller, id));
    if (rows.empty()) co_return std::nullopt;
    co_return user_in(rows, 0);
}

Task<std::vector<User>> UserStore::list(UserId caller, UserSearch search) {
    const auto wanted = search.q.value_or(SearchText()).str();
    const auto rows =
        co_await pool_.query(list_users, db::params(caller, search.after, wanted, search.limit));
    std::vector<User> users;
    for (int row = 0; row < rows.size(); ++row) users.push_back(user_in(rows, row));
    co_return users;
}

Task<std::optional<std::string>> UserStore::name(UserId id) {
    const auto rows = co_await pool_.query(name_of_user, db::params(id));
    if (rows.empty()) co_return std::nullopt;
    co_return std::string(rows.text(0, 0));
}

}  // namespace roost::accounts
