// The columns a Message is read from, and the reading.
#pragma once

#include "db/rows.hpp"
#include "messages/message.hpp"

namespace roost::messages {

#define ROOST_MESSAGE_COLUMNS                                                                             \
    "m.room_id, m.seq, m.changed_seq, m.content, m.metadata, m.author_id, m.author_name, m.inserted_at, " \
    "m.updated_at, m.deleted_at"

// The columns start at `first`.
Message message_in(const db::Rows& rows, int row, int first, const rooms::RoomSlug& slug);

}  // namespace roost::messages
