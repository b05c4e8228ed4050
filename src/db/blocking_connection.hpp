// BlockingConnection: a connection to PostgreSQL for start-up work and commands, where waiting is right
// (migrations, the private cluster's first database, seeds). The server's own work goes through
// Connection, which never blocks its core.
//
// Owned by whoever opened it, used by one thread, closed by the destructor. Connecting is bounded by 10
// seconds unless the connection string says otherwise; statements are not bounded.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace roost::db {

using TextRow = std::vector<std::optional<std::string>>;
using TextRows = std::vector<TextRow>;

class BlockingConnection {
public:
    // A libpq connection string or URI. Throws Unavailable; neither its text nor any other exception's
    // holds the connection string or the password.
    explicit BlockingConnection(const std::string& conninfo);

    // One or more statements without results that matter, as one transaction unless they say otherwise.
    // Throws Error or Unavailable.
    void exec(const std::string& sql);

    // One statement with parameters $1, $2, … in text form; nullopt is NULL, and so it is in the rows.
    // Throws Error or Unavailable.
    TextRows query(const std::string& sql, std::span<const std::optional<std::string>> parameters = {});
    TextRows query(const std::string& sql, std::initializer_list<std::optional<std::string>> parameters);

    // 15, 16, …
    [[nodiscard]] int server_major() const;

private:
    struct Close {
        void operator()(pg_conn* connection) const;
    };

    [[noreturn]] void fail(const pg_result* result) const;

    std::unique_ptr<pg_conn, Close> connection_;
};

// `text` between quotes as an SQL identifier, for the few places that take no parameter.
std::string quoted_identifier(std::string_view text);

}  // namespace roost::db
