// Messages: posting to rooms and reading their history.
#pragma once

#include "accounts/accounts.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "messages/log_writer.hpp"
#include "messages/message.hpp"
#include "messages/message_store.hpp"
#include "net/per_core.hpp"
#include "rooms/rooms.hpp"

#include <optional>

namespace roost::messages {

// A post as a caller gives it.
struct Draft {
    rooms::RoomSlug room;
    MessageContent content;
    std::optional<JsonObject> metadata;
    std::optional<ClientId> client_id;
};

// One for each core; used there. Appends go to the room's home core.
class Messages {
public:
    // All outlive this object.
    Messages(net::Cores& cores, net::PerCore<LogWriter>& writers, db::Pool& pool, rooms::Rooms& rooms,
             accounts::Accounts& accounts)
        : cores_(cores), writers_(writers), store_(pool), rooms_(rooms), accounts_(accounts) {}

    // When this returns, the message is stored, and everybody subscribed on this core has it. Fails with
    // room_not_found, unauthorized (the account is gone), overloaded; throws db::Unavailable.
    Task<Result<Posted>> post(UserId caller, Draft draft);
    // Fails with room_not_found.
    Task<Result<Page>> page(std::optional<UserId> caller, rooms::RoomSlug room, PageBounds bounds);

private:
    net::Cores& cores_;
    net::PerCore<LogWriter>& writers_;
    MessageStore store_;
    rooms::Rooms& rooms_;
    accounts::Accounts& accounts_;
};

}  // namespace roost::messages
