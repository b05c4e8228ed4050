#include "cli/commands.hpp"
#include "cli/database.hpp"
#include "cli/jwt_secret.hpp"
#include "cli/seed.hpp"
#include "cli/server.hpp"
#include "core/log.hpp"
#include "db/migrator.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <csignal>
#include <cstdio>

namespace roost::cli {
namespace {

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

// A connection is a descriptor: as many as the system lets us have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void greet(const Settings& settings, const Database& database, bool is_seeded) {
    const auto host =
        settings.host.find(':') == std::string::npos ? settings.host : '[' + settings.host + ']';
    fmt::print("Roost {} is running.\n\n", ROOST_VERSION);
    fmt::print("  Gateway   http://{}:{}\n", host, settings.gateway_port);
    fmt::print("  API       http://{}:{}\n", host, settings.api_port);
    fmt::print("  Channels  ws://{}:{}/socket (on the gateway's port as well)\n", host, settings.api_port);
    fmt::print("  Database  {}\n", database.is_private()
                                       ? fmt::format("a private PostgreSQL in {}", settings.data_dir.string())
                                       : "the PostgreSQL of DATABASE_URL");
    if (is_seeded)
        fmt::print("\n  Demo accounts  {} and {}, password {}\n", demo_email, admin_email, demo_password);
    fmt::print("\n  Open  http://{}:{}/api/messages?room=lobby\n", host, settings.gateway_port);
    // Where script/chat looks by itself needs no mention.
    const auto where = settings.gateway_port == 3000 && host == "127.0.0.1"
                           ? std::string()
                           : fmt::format("ROOST_URL=http://{}:{} ", host, settings.gateway_port);
    fmt::print("  Chat  {0}script/chat in one terminal, {0}script/chat {1} in another\n", where, admin_email);
    fmt::print("  Stop  Ctrl-C\n");
    std::fflush(stdout);
}

}  // namespace

int serve(const Settings& settings, bool with_seed) {
    // Blocked in all threads, from before the first: the main thread waits for them.
    const auto signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    const Database database(settings, Database::Mode::serve);
    raise_descriptor_limit();  // PostgreSQL keeps the limit it was started with
    const auto applied = db::Migrator(database.conninfo()).migrate();
    if (!applied.empty()) log::info("migrations applied: {}", applied.size());
    if (with_seed) seed(database.conninfo(), settings.bcrypt_cost);
    const auto secret = settings.jwt_secret ? *settings.jwt_secret : kept_jwt_secret(settings.data_dir);
    {
        const Server server(settings, database.conninfo(), secret);
        greet(settings, database, with_seed);
        int signal = 0;
        sigwait(&signals, &signal);
        log::info("stopping");
    }
    log::info("stopped");
    return 0;
}

}  // namespace roost::cli
