#include "cli/gateway_tier.hpp"

#include "core/log.hpp"
#include "gateway/api_address.hpp"
#include "gateway/http_upstream.hpp"
#include "http/client.hpp"
#include "net/endpoint.hpp"
#include "net/per_core.hpp"

namespace roost::cli {

struct GatewayTier::RemoteApi {
    RemoteApi(const gateway::ApiAddress& address, const std::vector<net::Endpoint>& endpoints,
              Runtime& runtime)
        : clients(runtime.cores(),
                  [&](net::Core&) {
                      return std::make_unique<http::Client>(
                          net::Host(address.host, address.port, endpoints, runtime.workers()), limits);
                  }),
          upstream(clients, address.authority) {}

    http::ClientLimits limits;
    net::PerCore<http::Client> clients;
    gateway::HttpUpstream upstream;
};

GatewayTier::GatewayTier(const Settings& settings, Runtime& runtime, http::Handler& api)
    : origins_(settings.cors_origins), in_process_(api), gateway_(*in_process_, origins_, runtime.gate()) {}

GatewayTier::GatewayTier(const Settings& settings, Runtime& runtime)
    : origins_(settings.cors_origins), remote_(find_api(settings, runtime)),
      gateway_(remote_->upstream, origins_, runtime.gate()) {}

GatewayTier::~GatewayTier() = default;

std::unique_ptr<GatewayTier::RemoteApi> GatewayTier::find_api(const Settings& settings, Runtime& runtime) {
    const gateway::ApiAddress address(settings.upstream);
    const auto endpoints = net::look_up(address.host, address.port);
    if (endpoints.empty()) log::warn("no address is known for {} yet", address.host);
    return std::make_unique<RemoteApi>(address, endpoints, runtime);
}

void GatewayTier::close(unsigned core) {
    if (remote_) remote_->clients[core].close();
}

}  // namespace roost::cli
