#include "cli/seed.hpp"

#include "auth/password.hpp"
#include "db/blocking_connection.hpp"

#include <array>
#include <optional>

namespace roost::cli {
namespace {

void seed_account(db::BlockingConnection& database, std::string_view email, std::string_view name,
                  std::string_view role, unsigned bcrypt_cost) {
    const std::string address(email);
    const std::array<std::optional<std::string>, 1> wanted{address};
    if (!database.query("SELECT 1 FROM users WHERE email = $1", wanted).empty()) return;
    const std::array<std::optional<std::string>, 4> values{
        address, std::string(name), auth::hash_password(std::string(demo_password), bcrypt_cost),
        std::string(role)};
    database.query(
        "INSERT INTO users (email, name, password_hash, role) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (email) DO NOTHING",
        values);
}

// The log's first entries, if it has none: numbered as the server numbers them.
constexpr auto seed_lobby = R"(
    INSERT INTO messages (room_id, seq, changed_seq, author_id, author_name, content, writer)
    SELECT rooms.id, line.seq, line.seq, users.id, users.name, line.content, 0
    FROM (VALUES (1, $1, 'Welcome to the lobby.'),
                 (2, $2, 'Every message here is stored, numbered and delivered once.'),
                 (3, $1, 'Connect with any Phoenix client: join "messages:lobby".')) AS line(seq, email, content)
    JOIN users ON users.email = line.email
    JOIN rooms ON rooms.slug = 'lobby'
    WHERE NOT EXISTS (SELECT 1 FROM messages WHERE room_id = rooms.id)
    ON CONFLICT DO NOTHING)";

}  // namespace

void seed(const std::string& conninfo, unsigned bcrypt_cost) {
    db::BlockingConnection database(conninfo);
    seed_account(database, demo_email, "Demo", "user", bcrypt_cost);
    seed_account(database, admin_email, "Admin", "admin", bcrypt_cost);
    const std::array<std::optional<std::string>, 2> authors{std::string(admin_email),
                                                            std::string(demo_email)};
    database.query(seed_lobby, authors);
}

}  // namespace roost::cli
