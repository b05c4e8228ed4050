#include "cli/api_tier.hpp"
#include "cli/commands.hpp"
#include "cli/database.hpp"
#include "cli/gateway_tier.hpp"
#include "cli/jwt_secret.hpp"
#include "cli/seed.hpp"
#include "cli/server.hpp"
#include "cli/stop_signal.hpp"
#include "core/log.hpp"
#include "db/migrator.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace roost::cli {
namespace {

void greet(const Settings& settings, const Database& database, bool is_seeded) {
    const auto gateway = url_of(settings.host, settings.gateway_port);
    const auto api = url_of(settings.host, settings.api_port);
    fmt::print("Roost {} is running.\n\n", ROOST_VERSION);
    fmt::print("  Gateway   {}\n", gateway);
    fmt::print("  API       {}\n", api);
    fmt::print("  Channels  ws{}/socket (on the gateway's port as well)\n", api.substr(4));
    fmt::print("  Database  {}\n", database.is_private()
                                       ? fmt::format("a private PostgreSQL in {}", settings.data_dir.string())
                                       : "the PostgreSQL of DATABASE_URL");
    if (is_seeded)
        fmt::print("\n  Demo accounts  {} and {}, password {}\n", demo_email, admin_email, demo_password);
    fmt::print("\n  Open  {}/swagger\n", gateway);
    // Where script/chat looks by itself needs no mention.
    const auto where =
        gateway == "http://127.0.0.1:3000" ? std::string() : fmt::format("ROOST_URL={} ", gateway);
    fmt::print("  Chat  {0}script/chat in one terminal, {0}script/chat {1} in another\n", where, admin_email);
    fmt::print("  Stop  Ctrl-C\n");
    std::fflush(stdout);
}

}  // namespace

int serve(const Settings& settings, bool with_seed) {
    const StopSignal stop;
    const Database database(settings, Database::Mode::serve);
    raise_descriptor_limit();  // PostgreSQL keeps the limit it was started with
    const auto applied = db::Migrator(database.conninfo()).migrate();
    if (!applied.empty()) log::info("migrations applied: {}", applied.size());
    if (with_seed) seed(database.conninfo(), settings.bcrypt_cost);
    const auto secret = settings.jwt_secret ? *settings.jwt_secret : kept_jwt_secret(settings.data_dir);

    Runtime runtime(settings.cores);
    ApiTier api(runtime, settings, database.conninfo(), secret);
    GatewayTier gateway(settings, runtime, api.handler());
    {
        // One process for all: nobody else is to hear of it first.
        const Server server(runtime, settings, {{settings.api_port, api}, {settings.gateway_port, gateway}},
                            std::chrono::seconds(0));
        greet(settings, database, with_seed);
        stop.wait();
    }
    log::info("stopped");
    return 0;
}

}  // namespace roost::cli
