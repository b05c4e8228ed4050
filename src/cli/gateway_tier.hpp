// The gateway tier put together, in front of the API of this process or of another one.
#pragma once

#include "cli/runtime.hpp"
#include "cli/settings.hpp"
#include "cli/tier.hpp"
#include "gateway/gateway.hpp"
#include "http/origins.hpp"

#include <memory>
#include <optional>

namespace roost::cli {

class GatewayTier final : public Tier {
public:
    // Calls `api`, which outlives it, in process.
    GatewayTier(const Settings& settings, Runtime& runtime, http::Handler& api);
    // Speaks HTTP to the API at settings.upstream. Looks its name up, which may take a while; goes on without
    // an answer, and looks again when requests come. `runtime` outlives it.
    GatewayTier(const Settings& settings, Runtime& runtime);
    ~GatewayTier() override;

    [[nodiscard]] http::Handler& handler() noexcept override { return gateway_; }
    void close(unsigned core) override;

private:
    struct RemoteApi;
    static std::unique_ptr<RemoteApi> find_api(const Settings& settings, Runtime& runtime);

    http::AllowedOrigins origins_;
    std::optional<gateway::InProcess> in_process_;
    std::unique_ptr<RemoteApi> remote_;  // one of the two
    gateway::Gateway gateway_;
};

}  // namespace roost::cli
