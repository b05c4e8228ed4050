// The sockets of logged-in users: who may connect, and which channels there are.
#pragma once

#include "api/services.hpp"
#include "auth/access_token.hpp"
#include "channels/websocket_transport.hpp"

#include <string>

namespace roost::api {

class UserSocket final : public channels::Socket {
public:
    UserSocket(Services& services, const channels::Definitions& definitions, auth::Identity identity,
               std::string name);

    [[nodiscard]] Services& services() const noexcept { return services_; }
    [[nodiscard]] UserId user() const noexcept { return identity_.user; }
    // When the socket was opened.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    Services& services_;
    auth::Identity identity_;
    std::string name_;
};

// Outlives the sockets it makes.
class UserConnector final : public channels::Connector {
public:
    explicit UserConnector(net::PerCore<Services>& services);
    Task<Result<boost::intrusive_ptr<channels::Socket>>> connect(channels::ConnectRequest request) override;

private:
    net::PerCore<Services>& services_;
    channels::Definitions definitions_;
};

}  // namespace roost::api
