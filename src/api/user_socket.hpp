// The sockets of logged-in users: who may connect, and which channels there are.
#pragma once

#include "api/services.hpp"
#include "auth/access_token.hpp"
#include "channels/websocket_transport.hpp"
#include "contract/token_events.hpp"
#include "core/short_text.hpp"

#include <string>
#include <string_view>

namespace roost::api {

class UserSocket final : public channels::Socket {
public:
    UserSocket(Services& services, channels::Format format, auth::Identity identity, std::string_view name);

    // Of its core: what it was opened with.
    [[nodiscard]] Services& services() const noexcept;
    // Of the token it was opened with, or of the newest that renewed it.
    [[nodiscard]] const auth::Identity& identity() const noexcept { return identity_; }
    [[nodiscard]] UserId user() const noexcept { return identity_.user; }
    // When the socket was opened.
    [[nodiscard]] std::string_view name() const noexcept { return name_.view(); }

    // The token counts from now on. Fails with unauthorized, also for another user's token.
    Result<contract::Expiry> renew(std::string_view access_token);
    // Tells every channel once, shortly before the token expires.
    void warn_of_expiry(Timestamp now);

private:
    bool may_send(RateTime now, unsigned cost) override;

    bool is_warned_ = false;  // here it fills a hole
    UserRatePtr rate_;
    auth::Identity identity_;
    ShortText name_;
};

// Which channels there are.
channels::Definitions channel_definitions();

// Outlives the sockets it makes.
class UserConnector final : public channels::Connector {
public:
    explicit UserConnector(net::PerCore<Services>& services) : services_(services) {}
    Task<Result<boost::intrusive_ptr<channels::Socket>>> connect(channels::ConnectRequest request) override;

private:
    net::PerCore<Services>& services_;
};

}  // namespace roost::api
