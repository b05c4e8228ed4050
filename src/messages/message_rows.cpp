#include "messages/message_rows.hpp"

namespace roost::messages {

Message message_in(const db::Rows& rows, int row, int first, const rooms::RoomSlug& slug) {
    enum Column {
        room_id,
        seq,
        changed_seq,
        content,
        metadata,
        author_id,
        author_name,
        inserted_at,
        updated_at,
        deleted_at
    };
    const auto at = [first](Column column) { return first + static_cast<int>(column); };
    Message message{
        .id = {RoomId{rows.integer(row, at(room_id))}, rows.integer(row, at(seq))},
        .room = slug,
        .seq = rows.integer(row, at(seq)),
        .changed_seq = rows.integer(row, at(changed_seq)),
        .content = std::string(rows.text(row, at(content))),
        .metadata = std::nullopt,
        .user = deleted_user(),
        .inserted_at = rows.timestamp(row, at(inserted_at)),
        .updated_at = rows.timestamp(row, at(updated_at)),
        .deleted_at = rows.maybe_timestamp(row, at(deleted_at)),
    };
    if (const auto author = rows.maybe_integer(row, at(author_id)))
        message.user = {UserId{*author}, std::string(rows.text(row, at(author_name)))};
    if (auto object = rows.maybe_text(row, at(metadata)))
        message.metadata = JsonObject::trusted(std::move(*object));
    else if (!message.deleted_at) message.metadata = JsonObject::empty();
    return message;
}

}  // namespace roost::messages
