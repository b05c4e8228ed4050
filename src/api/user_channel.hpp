// What all channels of logged-in users share: whose socket it is, and its access token's renewal.
#pragma once

#include "channels/channel.hpp"
#include "contract/token_events.hpp"
#include "rooms/room.hpp"

namespace roost::api {

class UserSocket;

class UserChannel : public channels::Channel {
protected:
    [[nodiscard]] UserSocket& user_socket() const noexcept;
    // The room of the topic, if the user may join it now. Fails with room_not_found; with unauthorized: the
    // socket's token has expired or was revoked.
    Task<Result<rooms::Room>> room_to_join();
    // Fails with unauthorized, also for another user's token.
    Task<Result<contract::Expiry>> renew_token(contract::AccessToken in);
};

}  // namespace roost::api
