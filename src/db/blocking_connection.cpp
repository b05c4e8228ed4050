#include "db/blocking_connection.hpp"

#include "db/error.hpp"

#include <libpq-fe.h>

#include <algorithm>

namespace roost::db {

namespace {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

std::string trimmed(const char* message) {
    std::string text = message == nullptr ? "" : message;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    return text;
}

// libpq's messages quote the host, the port and the database's name. In a URI whose password holds an
// unescaped '@', '/', '?' or '#' these are parts of the password, so such a string goes no further.
void check_conninfo(const std::string& conninfo) {
    struct Free {
        void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
    };
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(conninfo.c_str(), &message));
    PQfreemem(message);  // it quotes the string
    if (!options) {
        throw Unavailable(
            "the database's connection string cannot be read: expected is "
            "postgresql://user:password@host:port/database or key=value pairs");
    }
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        const std::string_view keyword = option->keyword;
        const std::string_view value = option->val == nullptr ? "" : option->val;
        const bool is_place = keyword == "host" || keyword == "port" || keyword == "dbname";
        const bool is_bad_port =
            keyword == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos;
        if ((is_place && value.find('@') != std::string_view::npos) || is_bad_port) {
            throw Unavailable(
                "the database's connection string cannot be read: in a URI the characters "
                "@ : / ? # of a password have to be percent-encoded (%40 %3A %2F %3F %23)");
        }
    }
}

TextRows rows_of(const PGresult* result) {
    TextRows rows(static_cast<std::size_t>(PQntuples(result)));
    const int columns = PQnfields(result);
    for (int r = 0; r < PQntuples(result); ++r) {
        TextRow& row = rows[static_cast<std::size_t>(r)];
        row.resize(static_cast<std::size_t>(columns));
        for (int c = 0; c < columns; ++c) {
            if (PQgetisnull(result, r, c) == 0) {
                row[static_cast<std::size_t>(c)].emplace(PQgetvalue(result, r, c),
                                                         static_cast<std::size_t>(PQgetlength(result, r, c)));
            }
        }
    }
    return rows;
}

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

}  // namespace

void BlockingConnection::Close::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

BlockingConnection::BlockingConnection(const std::string& conninfo) {
    check_conninfo(conninfo);
    // What the connection string says comes later in this list and wins.
    const char* const keywords[] = {"connect_timeout", "application_name", "dbname", "client_encoding",
                                    nullptr};
    const char* const values[] = {"10", "roost", conninfo.c_str(), "UTF8", nullptr};
    connection_.reset(PQconnectdbParams(keywords, values, 1));
    if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) {
        throw Unavailable(trimmed(PQerrorMessage(connection_.get())));
    }
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

void BlockingConnection::exec(const std::string& sql) {
    const ResultPtr result(PQexec(connection_.get(), sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        fail(result.get());
    }
}

TextRows BlockingConnection::query(const std::string& sql,
                                   std::span<const std::optional<std::string>> parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& parameter : parameters) {
        values.push_back(parameter ? parameter->c_str() : nullptr);
    }
    const ResultPtr result(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                                        nullptr, values.data(), nullptr, nullptr, 0));
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail(result.get());
    }
    return rows_of(result.get());
}

TextRows BlockingConnection::query(const std::string& sql,
                                   std::initializer_list<std::optional<std::string>> parameters) {
    return query(sql, std::span(parameters.begin(), parameters.size()));
}

int BlockingConnection::server_major() const {
    return PQserverVersion(connection_.get()) / 10'000;
}

void BlockingConnection::fail(const pg_result* result) const {
    auto sqlstate = result == nullptr ? std::string() : field(result, PG_DIAG_SQLSTATE);
    // Without a sqlstate the message is libpq's own; class 57P ends the session (an operator's shutdown, a
    // crash of another backend).
    if (PQstatus(connection_.get()) != CONNECTION_OK || sqlstate.empty() || sqlstate.starts_with("57P")) {
        throw Unavailable("the connection to the database was lost");
    }
    throw Error(std::move(sqlstate), field(result, PG_DIAG_CONSTRAINT_NAME),
                field(result, PG_DIAG_MESSAGE_PRIMARY));
}

std::string quoted_identifier(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += c;
        }
    }
    return quoted + '"';
}

}  // namespace roost::db
