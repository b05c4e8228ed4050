// Messages: posting to rooms, editing and deleting, and reading their history.
#pragma once

#include "accounts/accounts.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "messages/home.hpp"
#include "messages/message.hpp"
#include "messages/message_store.hpp"
#include "messages/removals.hpp"
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

// One for each core; used there. What changes a room's log goes to the room's home core, and when it returns,
// it is stored, and everybody subscribed on this core has it. All of that fails with overloaded too, and
// throws db::Unavailable. A message of a private room of others is not found, as one that is not there.
class Messages {
public:
    // All outlive this object.
    Messages(net::Cores& cores, net::PerCore<Home>& homes, db::Pool& pool, rooms::Rooms& rooms,
             accounts::Accounts& accounts)
        : cores_(cores), homes_(homes), store_(pool), rooms_(rooms), accounts_(accounts),
          removals_(cores, homes, pool) {}

    // Fails with room_not_found; with unauthorized: the account is gone.
    Task<Result<Posted>> post(UserId caller, Draft draft);
    // Both fail with room_not_found.
    Task<Result<History>> history(std::optional<UserId> caller, rooms::RoomSlug room, PageBounds bounds);
    Task<Result<Missed>> since(std::optional<UserId> caller, rooms::RoomSlug room, Seq place);
    // As it is now; a deleted one is its tombstone. Fails with message_not_found.
    Task<Result<Message>> find(std::optional<UserId> caller, MessageId id);
    // Authors may edit their own messages. Fails with message_not_found, not_the_author, message_deleted.
    Task<Result<Message>> edit(UserId caller, MessageId id, MessageContent content);
    // Authors may delete their own messages, and who moderates the room any. Gives the tombstone; deleted
    // again, the same one. Fails with message_not_found, not_the_author.
    Task<Result<Message>> remove(UserId caller, MessageId id);

    // See Removals.
    Task<void> tombstone_all_of(UserId author) { return removals_.tombstone_all_of(author); }
    Task<void> finish_removals() { return removals_.finish(); }

private:
    struct Found {
        rooms::Room room;
        Message message;
    };
    Task<Result<Found>> look_up(std::optional<UserId> caller, MessageId id);
    template <class AnyEntry>
    Task<Result<Posted>> append(AnyEntry entry);

    net::Cores& cores_;
    net::PerCore<Home>& homes_;
    MessageStore store_;
    rooms::Rooms& rooms_;
    accounts::Accounts& accounts_;
    Removals removals_;
};

}  // namespace roost::messages
