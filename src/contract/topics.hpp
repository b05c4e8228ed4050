// All channels with all their events.
#pragma once

#include "contract/messages_channel.hpp"
#include "contract/room_channel.hpp"
#include "contract/token_events.hpp"

#include <string_view>

namespace roost::contract {

// A kind of topic: "messages:<slug>" for each room.
struct Topic {
    std::string_view name;     // "messages"
    std::string_view address;  // "messages:{slug}"
    std::string_view summary;
    std::string_view description;
};

inline constexpr Topic messages_topic{
    "messages", "messages:{slug}", "The messages of a room",
    "Durable: every event that changes the room's log carries its place, without holes. Post with a "
    "`client_id` "
    "and repeat the push until it is answered: the message is stored once."};
inline constexpr Topic room_topic{"room", "room:{slug}", "A room, live",
                                  "What is said to those who are there now; nothing is stored."};

// Calls `visit(event)` for each event of the topic, in either direction.
template <class Visit>
void for_each_messages_event(Visit visit) {
    const auto visit_all = [&visit](const auto&... events) { (visit(events), ...); };
    visit_all(event::join_messages, event::new_message, event::edit_message, event::delete_message,
              event::access_token);
    visit_all(event::messages_history, event::message_posted, event::message_updated, event::message_deleted,
              event::token_expiring);
}

template <class Visit>
void for_each_room_event(Visit visit) {
    const auto visit_all = [&visit](const auto&... events) { (visit(events), ...); };
    visit_all(event::join_room, event::shout, event::typing, event::signal, event::broadcast, event::ping,
              event::ping_with_bytes, event::access_token);
    visit_all(event::shouted, event::is_typing, event::signalled, event::broadcasted, event::token_expiring);
}

}  // namespace roost::contract
