#include "cli/commands.hpp"
#include "cli/gateway_tier.hpp"
#include "cli/jwt_secret.hpp"
#include "cli/server.hpp"
#include "cli/stop_signal.hpp"
#include "core/log.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace roost::cli {
namespace {

void greet(const Settings& settings) {
    fmt::print("Roost {}, the gateway alone, is running.\n\n", ROOST_VERSION);
    fmt::print("  Gateway   {}\n", url_of(settings.host, settings.gateway_port));
    fmt::print("  API       {}\n", settings.upstream);
    fmt::print("  Channels  at the API's own port; this gateway does not carry WebSockets\n");
    fmt::print("  Stop  Ctrl-C\n");
    std::fflush(stdout);
}

}  // namespace

int gateway(const Settings& settings) {
    require_real_secret(settings);
    const StopSignal stop;
    raise_descriptor_limit();

    Runtime runtime(settings.cores);
    GatewayTier gateway(settings, runtime);
    {
        const Server server(runtime, settings, {{settings.gateway_port, gateway}},
                            std::chrono::seconds(settings.drain_delay_s));
        greet(settings);
        stop.wait();
    }
    log::info("stopped");
    return 0;
}

}  // namespace roost::cli
