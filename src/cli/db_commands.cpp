#include "cli/commands.hpp"
#include "cli/database.hpp"
#include "cli/seed.hpp"
#include "db/migrator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace roost::cli {
namespace {

int report(std::string_view done, const std::vector<int>& versions) {
    if (versions.empty()) fmt::print("Nothing to do.\n");
    else fmt::print("{}: {}\n", done, fmt::join(versions, ", "));
    return 0;
}

}  // namespace

int db_migrate(const Settings& settings) {
    const Database database(settings, Database::Mode::command);
    return report("Applied", db::Migrator(database.conninfo()).migrate());
}

int db_rollback(const Settings& settings, int steps) {
    const Database database(settings, Database::Mode::command);
    return report("Rolled back", db::Migrator(database.conninfo()).rollback(steps));
}

int db_status(const Settings& settings) {
    const Database database(settings, Database::Mode::command);
    for (const auto& migration : db::Migrator(database.conninfo()).status())
        fmt::print("{:04}  {:<8}  {:<28}  {}\n", migration.version, db::name_of(migration.state),
                   migration.name, migration.applied_at ? migration.applied_at->rfc3339() : "");
    return 0;
}

int db_seed(const Settings& settings) {
    const Database database(settings, Database::Mode::command);
    db::Migrator(database.conninfo()).migrate();
    seed(database.conninfo(), settings.bcrypt_cost);
    fmt::print("Demo accounts: {} and {}, password {}\n", demo_email, admin_email, demo_password);
    return 0;
}

}  // namespace roost::cli
