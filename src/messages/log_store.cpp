#include "messages/log_store.hpp"

#include "messages/message_rows.hpp"

namespace roost::messages {
namespace {

const db::Statement read_counters{"read_counters",
                                  "SELECT r, coalesce((SELECT max(seq) FROM messages WHERE room_id = r), 0) "
                                  "FROM unnest($1::bigint[]) AS r"};

const db::Statement insert_messages{
    "insert_messages",
    "INSERT INTO messages (room_id, seq, changed_seq, author_id, author_name, content, metadata, client_id, "
    "writer, inserted_at, updated_at) "
    "SELECT room, seq, seq, author, name, content, metadata, client_id, $8, $9, $9 "
    "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::json[], $7::text[]) "
    "AS row(room, seq, author, name, content, metadata, client_id)"};

const db::Statement count_own{
    "count_own",
    "SELECT count(*) FROM messages WHERE room_id = $1 AND seq = $2 AND writer = $3 AND inserted_at = $4"};

const db::Statement stored_client_ids{
    "stored_client_ids", "SELECT wanted.row, " ROOST_MESSAGE_COLUMNS
                         " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS wanted(row, "
                         "room, author, client_id) "
                         "JOIN messages m ON m.room_id = wanted.room AND m.author_id = wanted.author "
                         "AND m.client_id = wanted.client_id"};

const db::Statement message_range{
    "message_range",
    "SELECT " ROOST_MESSAGE_COLUMNS
    " FROM messages m WHERE m.room_id = $1 AND m.seq BETWEEN $2 AND $3 AND m.target_seq IS NULL "
    "ORDER BY m.seq"};

}  // namespace

Task<std::map<RoomId, Seq>> LogStore::counters(std::vector<RoomId> rooms) {
    db::Array<std::int64_t> ids;
    for (const auto room : rooms) ids.add(room.value());
    const auto rows = co_await connection_.query(read_counters, db::params(ids));
    std::map<RoomId, Seq> counters;
    for (int row = 0; row < rows.size(); ++row) counters[RoomId{rows.integer(row, 0)}] = rows.integer(row, 1);
    co_return counters;
}

Task<void> LogStore::insert(const Batch& batch, Timestamp at) {
    db::Array<std::int64_t> room_ids, seqs, authors;
    db::Array<std::string_view> names, contents, client_ids;
    db::Array<db::Json> metadata;
    for (const auto& row : batch.rows()) {
        const auto& post = batch.post(row);
        room_ids.add(post.room.id.value());
        seqs.add(row.seq);
        authors.add(post.author.id.value());
        names.add(std::string_view(post.author.name));
        contents.add(std::string_view(post.content.str()));
        std::optional<db::Json> object;
        if (post.metadata) object = db::Json{post.metadata->str()};
        metadata.add(object);
        std::optional<std::string_view> client_id;
        if (post.client_id) client_id = post.client_id->str();
        client_ids.add(client_id);
    }
    co_await connection_.query(insert_messages, db::params(room_ids, seqs, authors, names, contents, metadata,
                                                           client_ids, writer_, at));
}

Task<bool> LogStore::is_ours(RoomId room, Seq seq, Timestamp at) {
    const auto rows = co_await connection_.query(count_own, db::params(room, seq, writer_, at));
    co_return rows.integer(0, 0) == 1;
}

Task<std::map<std::size_t, Message>> LogStore::find_stored(const Batch& batch) {
    db::Array<std::int64_t> indexes, room_ids, authors;
    db::Array<std::string_view> client_ids;
    for (std::size_t i = 0; i < batch.rows().size(); ++i) {
        const auto& post = batch.post(batch.rows()[i]);
        if (!post.client_id) continue;
        indexes.add(static_cast<std::int64_t>(i));
        room_ids.add(post.room.id.value());
        authors.add(post.author.id.value());
        client_ids.add(std::string_view(post.client_id->str()));
    }
    const auto rows =
        co_await connection_.query(stored_client_ids, db::params(indexes, room_ids, authors, client_ids));
    std::map<std::size_t, Message> stored;
    for (int row = 0; row < rows.size(); ++row) {
        const auto index = static_cast<std::size_t>(rows.integer(row, 0));
        stored.emplace(index, message_in(rows, row, 1, batch.post(batch.rows()[index]).room.slug));
    }
    co_return stored;
}

Task<std::vector<Message>> LogStore::range(rooms::RoomSlug slug, RoomId room, Seq from, Seq to) {
    const auto rows = co_await connection_.query(message_range, db::params(room, from, to));
    std::vector<Message> messages;
    for (int row = 0; row < rows.size(); ++row) messages.push_back(message_in(rows, row, 0, slug));
    co_return messages;
}

}  // namespace roost::messages
