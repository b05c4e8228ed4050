// The domain on one core, put together.
#pragma once

#include "accounts/accounts.hpp"
#include "auth/sessions.hpp"
#include "channels/definition.hpp"
#include "channels/socket.hpp"
#include "db/pool.hpp"
#include "messages/messages.hpp"
#include "pubsub/hub.hpp"
#include "rooms/rooms.hpp"

namespace roost::api {

// Made, used and destroyed on its core.
struct Services {
    struct Shared {
        net::Cores& cores;
        net::PerCore<pubsub::Hub>& hubs;
        net::PerCore<messages::LogWriter>& writers;
        const auth::AccessTokens& access_tokens;
        const accounts::PasswordHashing& hashing;
        db::ConnectionOptions database;
        std::size_t connections_per_core = 1;
        channels::SocketLimits socket_limits;
    };

    Services(const Shared& shared, net::Core& core)
        : pool(shared.database, shared.connections_per_core), hub(shared.hubs[core.index()]),
          sessions(shared.access_tokens, pool), accounts(pool, sessions, shared.hashing), rooms(pool),
          messages(shared.cores, shared.writers, pool, rooms, accounts), socket_limits(shared.socket_limits) {
    }

    db::Pool pool;
    pubsub::Hub& hub;
    auth::Sessions sessions;
    accounts::Accounts accounts;
    rooms::Rooms rooms;
    messages::Messages messages;
    channels::SocketLimits socket_limits;
};

}  // namespace roost::api
