#include "db/migrator.hpp"

#include "db/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace roost::db {

namespace {

// "roostmig" in ASCII: a number no other program of the database is likely to have chosen.
constexpr auto lock_key = "8245931984403917159";

constexpr int oldest_major = 15;
constexpr int newest_major = 17;

}  // namespace

std::string_view name_of(MigrationState state) {
    switch (state) {
        case MigrationState::applied: return "applied";
        case MigrationState::pending: return "pending";
        case MigrationState::changed: return "changed";
        case MigrationState::unknown: return "unknown";
    }
    return "unknown";
}

// Held for a run. If releasing fails the connection is gone, and the lock with it.
class Migrator::Lock {
public:
    explicit Lock(BlockingConnection& connection) : connection_(connection) {
        connection_.query("select pg_advisory_lock($1::bigint)", {lock_key});
    }
    ~Lock() {
        try {
            connection_.query("select pg_advisory_unlock($1::bigint)", {lock_key});
        } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch): as said above
        }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    BlockingConnection& connection_;
};

Migrator::Migrator(const std::string& conninfo, std::span<const Migration> migrations)
    : connection_(conninfo), migrations_(migrations) {
    const int major = connection_.server_major();
    if (major < oldest_major || major > newest_major) {
        throw std::runtime_error(fmt::format("the database server is PostgreSQL {}; expected is {} to {}",
                                             major, oldest_major, newest_major));
    }
}

std::vector<int> Migrator::migrate() {
    const Lock lock(connection_);
    create_table();
    std::vector<int> versions;
    for (const auto& row : checked_status()) {
        if (row.state != MigrationState::pending) {
            continue;
        }
        const Migration& migration = *find(row.version);
        const std::optional<std::string> parameters[] = {std::to_string(migration.version),
                                                         std::string(migration.name), checksum(migration)};
        run(migration, migration.up,
            "insert into schema_migrations (version, name, checksum) values ($1::int, $2, $3)", parameters);
        versions.push_back(row.version);
    }
    return versions;
}

std::vector<int> Migrator::rollback(int steps) {
    const Lock lock(connection_);
    create_table();
    const auto rows = checked_status();
    std::vector<int> versions;
    for (auto row = rows.rbegin(); row != rows.rend() && std::ssize(versions) < steps; ++row) {
        if (row->state != MigrationState::applied) {
            continue;
        }
        const Migration& migration = *find(row->version);
        const std::optional<std::string> parameters[] = {std::to_string(migration.version)};
        run(migration, migration.down, "delete from schema_migrations where version = $1::int", parameters);
        versions.push_back(row->version);
    }
    return versions;
}

std::vector<MigrationStatus> Migrator::status() {
    std::vector<MigrationStatus> all;
    const auto table = connection_.query("select to_regclass('schema_migrations')");
    if (table.at(0).at(0)) {
        for (const auto& row : connection_.query(
                 "select version, name, checksum, (extract(epoch from applied_at) * 1000000)::bigint "
                 "from schema_migrations")) {
            MigrationStatus status;
            status.version = std::stoi(row.at(0).value());
            status.name = row.at(1).value();
            status.applied_at = Timestamp(std::stoll(row.at(3).value()));
            const Migration* known = find(status.version);
            status.state = known == nullptr                        ? MigrationState::unknown
                           : checksum(*known) != row.at(2).value() ? MigrationState::changed
                                                                   : MigrationState::applied;
            all.push_back(std::move(status));
        }
    }
    for (const auto& migration : migrations_) {
        if (std::ranges::find(all, migration.version, &MigrationStatus::version) == all.end()) {
            all.push_back(
                {migration.version, std::string(migration.name), MigrationState::pending, std::nullopt});
        }
    }
    std::ranges::sort(all, {}, &MigrationStatus::version);
    return all;
}

const Migration* Migrator::find(int version) const {
    const auto found = std::ranges::find(migrations_, version, &Migration::version);
    return found == migrations_.end() ? nullptr : &*found;
}

void Migrator::create_table() {
    connection_.exec(
        "create table if not exists schema_migrations ("
        "version int primary key, name text not null, checksum text not null, "
        "applied_at timestamptz not null default now())");
}

std::vector<MigrationStatus> Migrator::checked_status() {
    auto rows = status();
    for (const auto& row : rows) {
        if (row.state == MigrationState::unknown) {
            throw std::runtime_error(fmt::format(
                "the database has migration {:04} {}, which this version of roost does not know (its newest "
                "is {:04}): a newer roost was here; run that one, or roll back with it",
                row.version, row.name, migrations_.empty() ? 0 : migrations_.back().version));
        }
        if (row.state == MigrationState::changed) {
            throw std::runtime_error(
                fmt::format("migration {:04} {} was changed after it was applied to this database: restore "
                            "its text, and make the change a new migration",
                            row.version, row.name));
        }
    }
    return rows;
}

// One transaction: the migration's SQL and what records it.
void Migrator::run(const Migration& migration, std::string_view sql, std::string_view record,
                   std::span<const std::optional<std::string>> parameters) {
    connection_.exec("begin");
    try {
        connection_.exec(std::string(sql));
        connection_.query(std::string(record), parameters);
        connection_.exec("commit");
    } catch (const Error& error) {
        connection_.exec("rollback");
        throw std::runtime_error(
            fmt::format("migration {} failed: {} ({})", title(migration), error.what(), error.sqlstate()));
    }
}

}  // namespace roost::db
