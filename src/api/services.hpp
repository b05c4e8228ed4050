// The domain on one core, put together.
#pragma once

#include "accounts/accounts.hpp"
#include "accounts/author_names.hpp"
#include "api/user_rates.hpp"
#include "auth/login_guard.hpp"
#include "auth/sessions.hpp"
#include "auth/shared_revocations.hpp"
#include "channels/definition.hpp"
#include "channels/socket.hpp"
#include "db/pool.hpp"
#include "messages/messages.hpp"
#include "pubsub/hub.hpp"
#include "rooms/room_watches.hpp"
#include "rooms/rooms.hpp"

namespace roost::api {

// Made, used and destroyed on its core.
struct Services : channels::Context {
    // What the cores share: each takes its own from what is per core.
    struct Shared {
        net::Cores& cores;
        net::PerCore<pubsub::Hub>& hubs;
        net::PerCore<db::Pool>& pools;
        net::PerCore<messages::Home>& homes;
        const auth::AccessTokens& access_tokens;
        auth::SharedRevocations& revocations;
        auth::LoginGuard& login_guard;
        const accounts::PasswordHashing& hashing;
        accounts::AuthorNames& author_names;
        rooms::RoomWatches& room_watches;
        UserRates& user_rates;
        ConnectRates& connect_rates;
        const channels::Definitions& channels;
        const channels::SocketLimits& socket_limits;
    };

    Services(const Shared& shared, net::Core& core)
        : Context{shared.channels, shared.hubs[core.index()], shared.socket_limits},
          pool(shared.pools[core.index()]), revocations(shared.revocations[core.index()]),
          room_watch(shared.room_watches[core.index()]),
          sessions(shared.access_tokens, pool, shared.revocations),
          accounts(pool, sessions, shared.hashing, shared.login_guard, shared.author_names),
          rooms(shared.room_watches, pool), messages(shared.cores, shared.homes, pool, rooms, accounts),
          user_rates(shared.user_rates), connect_rates(shared.connect_rates) {}

    db::Pool& pool;
    auth::Revocations& revocations;
    rooms::RoomWatch& room_watch;
    auth::Sessions sessions;
    accounts::Accounts accounts;
    rooms::Rooms rooms;
    messages::Messages messages;
    UserRates& user_rates;
    ConnectRates& connect_rates;
};

}  // namespace roost::api
