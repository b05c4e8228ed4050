#include "accounts/account.hpp"
#include "auth/password.hpp"
#include "auth/random.hpp"
#include "cli/commands.hpp"
#include "cli/database.hpp"
#include "cli/password_prompt.hpp"
#include "cli/table.hpp"
#include "core/log.hpp"
#include "db/blocking_connection.hpp"
#include "db/error.hpp"
#include "schema/encode.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <stdexcept>
#include <vector>

namespace roost::cli {
namespace {

constexpr std::size_t generated_bytes = 18;  // 24 characters

constexpr auto find_users = R"(
    SELECT id, email, name, role, (extract(epoch FROM inserted_at) * 1000000)::bigint
    FROM users
    WHERE strpos(lower(email), lower($1)) > 0 OR strpos(lower(name), lower($1)) > 0
    ORDER BY id
    LIMIT $2::int)";

constexpr auto change_role = R"(
    WITH account AS (SELECT id, role FROM users WHERE email = $1 FOR UPDATE)
    UPDATE users SET role = $2, updated_at = now()
    FROM account WHERE users.id = account.id
    RETURNING account.id, account.role)";

// One statement, one transaction: the password is new and the sessions of the old one are over, or neither.
// In the order of their ids, so that two who end sessions at once do not wait for each other. A running
// server finds out by revoked_at.
constexpr auto change_password = R"(
    WITH account AS (
        UPDATE users SET password_hash = $2, updated_at = now() WHERE id = $1::bigint RETURNING id
    ), open AS (
        SELECT sessions.id FROM sessions JOIN account ON sessions.user_id = account.id
        WHERE revoked_at IS NULL
        ORDER BY sessions.id
        FOR NO KEY UPDATE OF sessions
    ), ended AS (
        UPDATE sessions SET revoked_at = now() FROM open WHERE sessions.id = open.id RETURNING 1
    )
    SELECT account.id, (SELECT count(*) FROM ended) FROM account)";

// The accounts of the settings' database.
class Users {
public:
    explicit Users(const Settings& settings)
        : database_(settings, Database::Mode::command), connection_(database_.conninfo()) {}

    db::TextRows query(const char* sql, std::initializer_list<std::optional<std::string>> parameters) {
        constexpr std::string_view undefined_table = "42P01";
        try {
            return connection_.query(sql, parameters);
        } catch (const db::Error& error) {
            if (error.sqlstate() != undefined_table) throw;
            throw std::runtime_error("the database has no tables yet: run roost db migrate");
        }
    }

private:
    Database database_;
    db::BlockingConnection connection_;
};

accounts::Email parse_email(const std::string& text) {
    accounts::Email email;
    if (const auto fault = accounts::Email::parse(text, email))
        throw std::runtime_error(fmt::format("the e-mail address {}", fault->detail));
    return email;
}

// The first row about the account; `rows` is empty when there is none.
const db::TextRow& account_of(const db::TextRows& rows, const accounts::Email& email) {
    if (rows.empty())
        throw std::runtime_error(fmt::format("there is no account with the e-mail address {}", email.str()));
    return rows.front();
}

accounts::User user_of(const db::TextRow& row) {
    return {UserId(std::stoll(row.at(0).value())), row.at(2).value(), row.at(1), row.at(3),
            Timestamp(std::stoll(row.at(4).value()))};
}

std::string as_table(const std::vector<accounts::User>& users) {
    std::vector<std::vector<std::string>> rows{{"Id", "E-mail", "Role", "Since", "Name"}};
    for (const auto& user : users)
        rows.push_back({std::to_string(user.id.value()), user.email.value(), user.role.value(),
                        user.inserted_at.rfc3339(), user.name});
    return table(std::move(rows));
}

// Who it was, as far as this machine knows.
log::AuditField operator_field() {
    return {"system_user", ::getuid()};
}

int set_role(const Settings& settings, const std::string& text, const std::string& role,
             std::string_view event) {
    const auto email = parse_email(text);
    Users users(settings);
    const auto rows = users.query(change_role, {email.str(), role});
    const auto& account = account_of(rows, email);
    if (account.at(1) == role) {
        fmt::print("{} has the role {} already.\n", email.str(), role);
        return 0;
    }
    log::audit(event, {{"user", account.at(0).value()}, operator_field()});
    fmt::print("{} has the role {} now.\n", email.str(), role);
    return 0;
}

}  // namespace

int users_list(const Settings& settings, const UsersListing& listing) {
    Users database(settings);
    std::vector<accounts::User> users;
    // One more than wanted tells whether there are more.
    for (const auto& row : database.query(find_users, {listing.text, std::to_string(listing.limit + 1)}))
        users.push_back(user_of(row));
    const bool are_more = std::ssize(users) > listing.limit;
    if (are_more) users.pop_back();
    if (listing.as_json) fmt::print("{{\"users\":{}}}\n", schema::to_json(users));
    else fmt::print("{}", as_table(users));
    if (are_more) fmt::print(stderr, "There are more: narrow it down with --q, or raise --limit.\n");
    return 0;
}

int users_promote(const Settings& settings, const std::string& email) {
    return set_role(settings, email, "admin", "user.promoted");
}

int users_demote(const Settings& settings, const std::string& email) {
    return set_role(settings, email, "user", "user.demoted");
}

int users_reset_password(const Settings& settings, const std::string& text, bool generated) {
    const auto email = parse_email(text);
    Users users(settings);
    const auto found = users.query("SELECT id FROM users WHERE email = $1", {email.str()});
    const auto id = account_of(found, email).front();
    const auto password = generated ? auth::random_token(generated_bytes) : ask_for_password().str();
    const auto changed =
        users.query(change_password, {id, auth::hash_password(password, settings.bcrypt_cost)});
    const auto ended = account_of(changed, email).at(1).value();
    log::audit("password.reset", {{"user", id.value()}, {"sessions", ended}, operator_field()});
    fmt::print(stderr, "The password of {} was changed. Sessions ended: {}.\n", email.str(), ended);
    if (generated) fmt::print("{}\n", password);
    return 0;
}

}  // namespace roost::cli
