#include "messages/log_store.hpp"

#include "messages/along_the_key.hpp"
#include "messages/message_rows.hpp"

namespace roost::messages {
namespace {

const db::Statement read_counters{"read_counters",
                                  "SELECT r, coalesce((SELECT max(seq) FROM messages WHERE room_id = r), 0) "
                                  "FROM unnest($1::bigint[]) AS r"};

// Without a change there are no targets: unnest fills the shorter array up with nulls.
const db::Statement insert_rows{
    "insert_rows",
    "INSERT INTO messages (room_id, seq, target_seq, changed_seq, author_id, author_name, content, metadata, "
    "client_id, writer, inserted_at, updated_at) "
    "SELECT room, seq, target, seq, author, name, content, metadata, client_id, $9, $10, $10 "
    "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::json[], "
    "$8::text[]) AS row(room, seq, target, author, name, content, metadata, client_id)"};

// Changes all of the messages or fails: a division by zero is an error that every PostgreSQL has without a
// function of ours. The verdict is a condition of the join, so that it is reached in every case.
//
// An UPDATE locks its rows in the order of the join. Two writers do not wait for each other in a circle all
// the same, because this comes behind the INSERT of the numbered rows. Whoever is here has inserted the next
// number of each room whose messages it changes; another writer of one of these rooms has that number for its
// own next one, waits for it inside its INSERT, and has locked no message of the room. So a room's messages
// are locked by one writer at a time, and rooms are waited for in the order of their ids.
const db::Statement change_messages{
    "change_messages",
    "WITH changed AS (UPDATE messages m SET changed_seq = change.seq, content = coalesce(change.content, "
    "''), "
    "metadata = CASE WHEN change.content IS NOT NULL THEN m.metadata END, "
    "author_id = CASE WHEN change.new_name IS NULL THEN m.author_id END, "
    "author_name = coalesce(change.new_name, m.author_name), updated_at = $7, "
    "deleted_at = CASE WHEN change.content IS NULL THEN coalesce(m.deleted_at, $7) END "
    "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[]) "
    "AS change(row, room, target, seq, content, new_name) "
    "WHERE m.room_id = change.room AND m.seq = change.target AND " ROOST_IS_MESSAGE
    " "
    "AND (m.deleted_at IS NULL OR (change.new_name IS NOT NULL AND m.author_id IS NOT NULL)) "
    "RETURNING change.row, " ROOST_MESSAGE_COLUMNS
    "), counted AS (SELECT 1 / (count(*) = cardinality($1))::int AS all_found FROM changed) "
    "SELECT changed.* FROM counted LEFT JOIN changed ON counted.all_found = 1"};

const db::Statement count_own{
    "count_own",
    "SELECT count(*) FROM messages WHERE room_id = $1 AND seq = $2 AND writer = $3 AND inserted_at = $4"};

const db::Statement stored_client_ids{
    "stored_client_ids", "SELECT wanted.row, " ROOST_MESSAGE_COLUMNS
                         " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS wanted(row, "
                         "room, author, client_id) "
                         "JOIN messages m ON m.room_id = wanted.room AND m.author_id = wanted.author "
                         "AND m.client_id = wanted.client_id"};

const db::Statement change_targets{"change_targets",
                                   "SELECT wanted.row, " ROOST_MESSAGE_COLUMNS
                                   " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
                                   "AS wanted(row, room, target) "
                                   "JOIN messages m ON m.room_id = wanted.room AND m.seq = wanted.target "
                                   "AND " ROOST_IS_MESSAGE};

const db::Statement log_range{
    "log_range", "SELECT place.seq, place.target_seq IS NULL, " ROOST_MESSAGE_COLUMNS
                 " FROM messages place JOIN messages m ON m.room_id = place.room_id "
                 "AND m.seq = coalesce(place.target_seq, place.seq) "
                 "WHERE place.room_id = $1 AND place.seq BETWEEN $2 AND $3 "
                 "AND (place.target_seq IS NULL OR m.changed_seq = place.seq) ORDER BY place.seq"};

// The rows to insert, column by column.
struct Columns {
    db::Array<std::int64_t> rooms, seqs, targets, authors;
    db::Array<std::string_view> names, contents, client_ids;
    db::Array<db::Json> metadata;

    void add(const Post& post) {
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
    void add(const Change&) {
        authors.add(std::nullopt);
        names.add(std::nullopt);
        contents.add(std::nullopt);
        metadata.add(std::nullopt);
        client_ids.add(std::nullopt);
    }
};

db::Params insertion(const Batch& batch, std::int64_t writer, Timestamp at) {
    Columns columns;
    const bool has_changes = batch.has_changes();
    for (const auto& row : batch.rows()) {
        columns.rooms.add(batch.room(row).id.value());
        columns.seqs.add(row.seq);
        std::visit([&columns](const auto& entry) { columns.add(entry); }, batch.entry(row));
        std::optional<std::int64_t> target;
        if (const auto* change = batch.change(row)) target = change->target;
        if (has_changes) columns.targets.add(target);
    }
    return db::params(columns.rooms, columns.seqs, columns.targets, columns.authors, columns.names,
                      columns.contents, columns.metadata, columns.client_ids, writer, at);
}

// Where the changed messages are; the rows' indexes tell later which is which.
struct Places {
    db::Array<std::int64_t> rows, rooms, targets;

    void add(std::size_t row, const Change& change) {
        rows.add(static_cast<std::int64_t>(row));
        rooms.add(change.room.id.value());
        targets.add(change.target);
    }
};

// In the order of the messages: whoever erases the log of a room that was removed goes in that order too.
db::Params changes(const Batch& batch, Timestamp at) {
    std::map<MessageId, std::size_t> rows;
    for (std::size_t i = 0; i < batch.rows().size(); ++i)
        if (const auto* change = batch.change(batch.rows()[i])) rows.emplace(change->message(), i);
    Places places;
    db::Array<std::int64_t> seqs;
    db::Array<std::string_view> contents, new_names;
    const auto nobody = deleted_user();
    for (const auto& [message, row] : rows) {
        const auto& change = *batch.change(batch.rows()[row]);
        places.add(row, change);
        seqs.add(batch.rows()[row].seq);
        std::optional<std::string_view> content, new_name;
        if (change.content) content = change.content->str();
        if (change.forgets_author) new_name = nobody.name;
        contents.add(content);
        new_names.add(new_name);
    }
    return db::params(places.rows, places.rooms, places.targets, seqs, contents, new_names, at);
}

// Rows that begin with the index of the batch's row that asked for them.
MessagesByRow messages_by_row(const db::Rows& rows, const Batch& batch) {
    MessagesByRow messages;
    for (int row = 0; row < rows.size(); ++row) {
        const auto index = static_cast<std::size_t>(rows.integer(row, 0));
        messages.emplace(index, message_in(rows, row, 1, batch.room(batch.rows()[index]).slug));
    }
    return messages;
}

}  // namespace

Task<std::map<RoomId, Seq>> LogStore::counters(std::vector<RoomId> rooms) {
    db::Array<std::int64_t> ids;
    for (const auto room : rooms) ids.add(room.value());
    const auto rows = co_await connection_.query(read_counters, db::params(ids));
    std::map<RoomId, Seq> counters;
    for (int row = 0; row < rows.size(); ++row) counters[RoomId{rows.integer(row, 0)}] = rows.integer(row, 1);
    co_return counters;
}

Task<MessagesByRow> LogStore::append(const Batch& batch, Timestamp at) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&insert_rows, insertion(batch, writer_, at)});
    const bool has_changes = batch.has_changes();
    if (has_changes) {
        steps.push_back({&along_the_key, db::Params()});
        steps.push_back({&change_messages, changes(batch, at)});
    }
    const auto results = co_await connection_.transaction(std::move(steps));
    if (!has_changes) co_return MessagesByRow();
    co_return messages_by_row(results.back(), batch);
}

Task<bool> LogStore::is_ours(RoomId room, Seq seq, Timestamp at) {
    const auto rows = co_await connection_.query(count_own, db::params(room, seq, writer_, at));
    co_return rows.integer(0, 0) == 1;
}

Task<MessagesByRow> LogStore::find_stored(const Batch& batch) {
    db::Array<std::int64_t> indexes, room_ids, authors;
    db::Array<std::string_view> client_ids;
    for (std::size_t i = 0; i < batch.rows().size(); ++i) {
        const auto* post = batch.post(batch.rows()[i]);
        if (post == nullptr || !post->client_id) continue;
        indexes.add(static_cast<std::int64_t>(i));
        room_ids.add(post->room.id.value());
        authors.add(post->author.id.value());
        client_ids.add(std::string_view(post->client_id->str()));
    }
    auto wanted = db::params(indexes, room_ids, authors, client_ids);
    co_return co_await look_up(stored_client_ids, std::move(wanted), batch);
}

Task<MessagesByRow> LogStore::find_targets(const Batch& batch) {
    Places places;
    for (std::size_t i = 0; i < batch.rows().size(); ++i)
        if (const auto* change = batch.change(batch.rows()[i])) places.add(i, *change);
    auto wanted = db::params(places.rows, places.rooms, places.targets);
    co_return co_await look_up(change_targets, std::move(wanted), batch);
}

Task<MessagesByRow> LogStore::look_up(const db::Statement& statement, db::Params wanted, const Batch& batch) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&along_the_key, db::Params()});
    steps.push_back({&statement, std::move(wanted)});
    const auto results = co_await connection_.transaction(std::move(steps));
    co_return messages_by_row(results.back(), batch);
}

Task<std::vector<Record>> LogStore::range(rooms::RoomSlug slug, RoomId room, Seq from, Seq to) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&along_the_key, db::Params()});
    steps.push_back({&log_range, db::params(room, from, to)});
    const auto results = co_await connection_.transaction(std::move(steps));
    const auto& rows = results.back();
    std::vector<Record> records;
    constexpr int seq = 0, is_post = 1, message = 2;
    for (int row = 0; row < rows.size(); ++row) {
        Record record{rows.integer(row, seq), rows.boolean(row, is_post),
                      message_in(rows, row, message, slug)};
        if (record.is_post) record.message.changed_seq = record.seq;
        records.push_back(std::move(record));
    }
    co_return records;
}

}  // namespace roost::messages
