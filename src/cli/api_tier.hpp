// The API tier put together: the domain on every core, the channels, the REST endpoints.
#pragma once

#include "api/access_watch.hpp"
#include "api/api.hpp"
#include "auth/revocation_feed.hpp"
#include "cli/runtime.hpp"
#include "cli/settings.hpp"
#include "cli/tier.hpp"
#include "http/origins.hpp"
#include "net/per_core.hpp"
#include "ws/connections.hpp"

#include <string>

namespace roost::cli {

// On the database of `conninfo`, which is migrated. `runtime` outlives it. Takes up what an earlier process
// left undone: accounts and rooms that were being removed.
class ApiTier final : public Tier {
public:
    ApiTier(Runtime& runtime, const Settings& settings, const std::string& conninfo,
            const std::string& jwt_secret);
    ~ApiTier() override;

    [[nodiscard]] http::Handler& handler() noexcept override { return api_.router(); }
    // Closes sockets with 1012: the server restarts.
    void drain(unsigned core) override;
    [[nodiscard]] bool is_quiet(unsigned core) override { return connections_[core].size() == 0; }
    void close(unsigned core) override;

private:
    void finish_removals();

    Runtime& runtime_;
    std::chrono::milliseconds drain_window_;
    http::AllowedOrigins origins_;
    auth::AccessTokens access_tokens_;
    auth::SharedRevocations revocations_;
    auth::LoginGuard login_guard_;
    accounts::PasswordHashing hashing_;
    accounts::AuthorNames author_names_;
    rooms::RoomWatches room_watches_;
    channels::Definitions channels_;
    channels::SocketLimits socket_limits_;
    api::UserRates user_rates_;
    api::ConnectRates connect_rates_;
    net::PerCore<pubsub::Hub> hubs_;
    net::PerCore<db::Pool> pools_;
    net::PerCore<messages::Home> homes_;
    api::Services::Shared shared_;
    net::PerCore<api::Services> services_;
    net::PerCore<ws::Connections> connections_;
    net::PerCore<api::AccessWatch> access_watches_;
    auth::RevocationFeed revocation_feed_;
    api::Api api_;
};

}  // namespace roost::cli
