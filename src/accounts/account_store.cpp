#include "accounts/account_store.hpp"

#include "accounts/user_rows.hpp"

namespace roost::accounts {
namespace {

#define FIND_ACCOUNT "SELECT " ROOST_USER_COLUMNS ", u.password_hash FROM users u WHERE "

const db::Statement account_by_email{"account_by_email", FIND_ACCOUNT "u.email = $1"};
const db::Statement account_by_id{"account_by_id", FIND_ACCOUNT "u.id = $1"};

constexpr int password_hash_column = user_columns;

const db::Statement user_is_admin{"user_is_admin", "SELECT FROM users WHERE id = $1 AND role = 'admin'"};

// The session $1 of the user in `account`, with its first refresh token.
#define OPEN_SESSION                                                                          \
    "session AS (INSERT INTO sessions (id, user_id, inserted_at, expires_at) "                \
    "SELECT $1::text::uuid, id, $3, $4 FROM account), "                                       \
    "token AS (INSERT INTO refresh_tokens (token_hash, session_id, inserted_at, expires_at) " \
    "SELECT $2, $1::text::uuid, $3, $4 FROM account) "

const db::Statement insert_account{
    "insert_account",
    "WITH account AS (INSERT INTO users (email, name, password_hash) VALUES ($5, $6, $7) RETURNING *), "  //
    OPEN_SESSION "SELECT " ROOST_USER_COLUMNS " FROM account u"};

// The lock puts it before or behind a change of the password, which ends the sessions that it finds.
const db::Statement open_session{
    "open_session",
    "WITH account AS (SELECT id FROM users WHERE id = $5 AND password_hash = $6 FOR SHARE), "  //
    OPEN_SESSION "SELECT FROM account"};

#define CALLER_MAY_CHANGE "($1 = $2 OR EXISTS (SELECT FROM users a WHERE a.id = $1 AND a.role = 'admin'))"

const db::Statement update_account{
    "update_account",
    "UPDATE users u SET name = coalesce($3, u.name), email = coalesce($4, u.email), "
    "password_hash = coalesce($5, u.password_hash), updated_at = now() "
    "WHERE u.id = $2 AND u.password_hash = coalesce($6, u.password_hash) AND " CALLER_MAY_CHANGE
    " RETURNING " ROOST_USER_COLUMNS};

// Behind the update and in its transaction; a new hash is like no other, so that it tells whether there was
// one. Sessions are locked in the order in which all do it.
const db::Statement end_sessions{
    "end_sessions",
    "WITH open AS (SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL "
    "AND EXISTS (SELECT FROM users WHERE id = $1 AND password_hash = $2) ORDER BY id FOR NO KEY UPDATE) "
    "UPDATE sessions SET revoked_at = now() FROM open WHERE sessions.id = open.id"};

const db::Statement delete_account{
    "delete_account",
    "WITH gone AS (DELETE FROM users WHERE id = $2 AND " CALLER_MAY_CHANGE
    " RETURNING id), "
    "noted AS (INSERT INTO removed_users (user_id) SELECT id FROM gone ON CONFLICT DO NOTHING) "
    "SELECT EXISTS (SELECT FROM gone), EXISTS (SELECT FROM users WHERE id = $1 AND role = 'admin')"};

std::optional<StoredAccount> account_in(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return StoredAccount{user_in(rows, 0), std::string(rows.text(0, password_hash_column))};
}

std::optional<std::string_view> parameter(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return *text;
}

db::Params parameters(const auth::NewSession& session) {
    return db::params(session.id, db::Bytes{session.refresh_digest}, session.at, session.expires_at);
}

bool is_email_taken(const db::Error& error) {
    return error.constraint() == "users_email_key";
}

}  // namespace

Task<std::optional<StoredAccount>> AccountStore::find(Email email) {
    const auto rows = co_await pool_.query(account_by_email, db::params(email.str()));
    co_return account_in(rows);
}

Task<std::optional<StoredAccount>> AccountStore::find(UserId id) {
    const auto rows = co_await pool_.query(account_by_id, db::params(id));
    co_return account_in(rows);
}

Task<bool> AccountStore::is_admin(UserId id) {
    const auto rows = co_await pool_.query(user_is_admin, db::params(id));
    co_return !rows.empty();
}

Task<Result<User>> AccountStore::insert(Email email, std::string name, std::string password_hash,
                                        auth::NewSession session) {
    auto values = parameters(session);
    values.add(email.str()).add(name).add(password_hash);
    try {
        const auto rows = co_await pool_.query(insert_account, std::move(values));
        co_return user_in(rows, 0);
    } catch (const db::Error& error) {
        if (!is_email_taken(error)) throw;
        co_return Problem(Errc::email_taken);
    }
}

Task<bool> AccountStore::open_session(UserId id, std::string compared_hash, auth::NewSession session) {
    auto values = parameters(session);
    values.add(id).add(compared_hash);
    const auto rows = co_await pool_.query(accounts::open_session, std::move(values));
    co_return !rows.empty();
}

Task<Result<std::optional<User>>> AccountStore::update(UserId caller, UserId id, StoredChange change) {
    std::vector<db::Connection::Step> steps;
    steps.push_back(
        {&update_account, db::params(caller, id, parameter(change.name), parameter(change.email),
                                     parameter(change.password_hash), parameter(change.compared_hash))});
    if (change.password_hash) steps.push_back({&end_sessions, db::params(id, *change.password_hash)});
    try {
        const auto results = co_await pool_.transaction(std::move(steps));
        const auto& rows = results.front();
        std::optional<User> user;
        if (!rows.empty()) user = user_in(rows, 0);
        co_return user;
    } catch (const db::Error& error) {
        if (!is_email_taken(error)) throw;
        co_return Problem(Errc::email_taken);
    }
}

Task<AccountStore::Removal> AccountStore::remove(UserId caller, UserId id) {
    const auto rows = co_await pool_.query(delete_account, db::params(caller, id));
    co_return Removal{.is_done = rows.boolean(0, 0), .caller_is_admin = rows.boolean(0, 1)};
}

}  // namespace roost::accounts
