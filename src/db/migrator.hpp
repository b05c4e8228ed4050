// Migrator: brings a database to the schema this executable was written for, back, and tells where it is.
//
// Made by a command or at the server's start, used by one thread, blocking. What was applied stands in the
// table schema_migrations. Each migration runs in one transaction together with its row there, so a crash
// leaves it done or not done. A run holds a session advisory lock: of two processes that start at once,
// the second waits and then finds nothing to do. A database this executable does not understand (an
// applied migration was changed, or is unknown because a newer version was here) is refused untouched.
#pragma once

#include "core/clock.hpp"
#include "db/blocking_connection.hpp"
#include "db/migration.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace roost::db {

enum class MigrationState {
    applied,
    pending,
    changed,  // applied, but its `up` was another text then
    unknown,  // applied, and not part of this executable
};

std::string_view name_of(MigrationState state);

struct MigrationStatus {
    int version = 0;
    std::string name;
    MigrationState state = MigrationState::pending;
    std::optional<Timestamp> applied_at;  // nullopt while pending
};

class Migrator {
public:
    // Connects. `migrations` has to live as long as the Migrator. Throws Unavailable, or
    // std::runtime_error when the server is not PostgreSQL 15 to 17.
    explicit Migrator(const std::string& conninfo,
                      std::span<const Migration> migrations = embedded_migrations());

    // Applies what is pending, in order, and gives the versions it applied. Throws std::runtime_error,
    // naming the version, when the database is not one of ours to migrate or a migration fails; what was
    // applied before that one stays.
    std::vector<int> migrate();

    // Undoes the newest `steps` migrations (or all, if there are fewer) and gives their versions, newest
    // first. Throws like migrate().
    std::vector<int> rollback(int steps);

    // Every known and every applied migration by version; changes nothing.
    std::vector<MigrationStatus> status();

private:
    class Lock;

    [[nodiscard]] const Migration* find(int version) const;
    void create_table();
    std::vector<MigrationStatus> checked_status();
    void run(const Migration& migration, std::string_view sql, std::string_view record,
             std::span<const std::optional<std::string>> parameters);

    BlockingConnection connection_;
    std::span<const Migration> migrations_;
};

}  // namespace roost::db
