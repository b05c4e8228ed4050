#include "cli/api_tier.hpp"
#include "cli/commands.hpp"
#include "cli/jwt_secret.hpp"
#include "cli/server.hpp"
#include "cli/stop_signal.hpp"
#include "core/log.hpp"
#include "db/migrator.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

namespace roost::cli {
namespace {

// Several of these may start at once, of several versions: which one migrates is for an operator to say.
void require_migrated(const std::string& conninfo) {
    for (const auto& migration : db::Migrator(conninfo).status()) {
        if (migration.state == db::MigrationState::applied) continue;
        const auto* const advice = migration.state == db::MigrationState::pending
                                       ? "run `roost db migrate` first"
                                       : "`roost db migrate` says what that means";
        throw std::runtime_error(fmt::format("migration {:04} {} of the database is {}: {}",
                                             migration.version, migration.name, db::name_of(migration.state),
                                             advice));
    }
}

void greet(const Settings& settings) {
    const auto url = url_of(settings.host, settings.api_port);
    fmt::print("Roost {}, the API alone, is running.\n\n", ROOST_VERSION);
    fmt::print("  API       {}\n", url);
    fmt::print("  Channels  ws{}/socket\n", url.substr(4));
    fmt::print("  Database  the PostgreSQL of DATABASE_URL\n");
    fmt::print("  Stop  Ctrl-C\n");
    std::fflush(stdout);
}

}  // namespace

int api(const Settings& settings) {
    require_real_secret(settings);
    if (!settings.database_url)
        throw std::runtime_error(
            "DATABASE_URL is missing: `roost api` needs a PostgreSQL, only `roost serve` runs one of its "
            "own");
    const StopSignal stop;
    raise_descriptor_limit();
    require_migrated(*settings.database_url);

    Runtime runtime(settings.cores);
    ApiTier api(runtime, settings, *settings.database_url, *settings.jwt_secret);
    {
        const Server server(runtime, settings, {{settings.api_port, api}},
                            std::chrono::seconds(settings.drain_delay_s));
        greet(settings);
        stop.wait();
    }
    log::info("stopped");
    return 0;
}

}  // namespace roost::cli
