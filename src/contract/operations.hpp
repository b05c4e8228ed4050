// All endpoints, in the order of the documents.
#pragma once

#include "contract/documents.hpp"
#include "contract/health.hpp"
#include "contract/messages.hpp"
#include "contract/rooms.hpp"
#include "contract/sessions.hpp"
#include "contract/users.hpp"

namespace roost::contract {

// Calls `visit(endpoint)` for each.
template <class Visit>
void for_each_endpoint(Visit visit) {
    const auto visit_all = [&visit](const auto&... endpoints) { (visit(endpoints), ...); };
    visit_all(register_account, log_in, refresh, log_out);
    visit_all(show_me, change_me, remove_me, list_users, show_user, change_user, remove_user);
    visit_all(list_messages, create_message, show_message, edit_message, delete_message);
    visit_all(list_rooms, create_room, show_room, change_room, remove_room, list_members, add_member,
              remove_member, mark_read, show_presence);
    visit_all(health, health_short, health_live, health_ready);
    visit_all(openapi_document, openapi_document_of_api, asyncapi_document);
}

}  // namespace roost::contract
