#include "messages/log_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace roost::messages {
namespace {

constexpr std::array<std::string_view, Finding::kinds> kind_names{
    "missing_place",  "change_of_nothing",      "change_with_content",      "forgotten_change",
    "false_change",   "tombstone_with_content", "tombstone_without_change", "message_without_content",
    "unknown_author", "mark_beyond_end"};

// One snapshot, and plans that follow the keys whatever the statistics say: a plan that sorts would sort all
// that is left of a log for each window. The server's cores are not for this.
constexpr auto begin =
    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL enable_seqscan = off; "
    "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; SET LOCAL jit = off; "
    "SET LOCAL max_parallel_workers_per_gather = 0";

// Those that say that a place, or a client id, is there once: nothing else does.
constexpr auto lost_keys = R"(
    SELECT name FROM (VALUES ('messages_pkey'), ('messages_client_id_key')) AS needed (name)
    WHERE to_regclass('messages') IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_index
        WHERE indexrelid = to_regclass(name) AND indrelid = to_regclass('messages')
            AND indisunique AND indisvalid))";

// By the logs too: a room that was removed has no row any more.
constexpr auto next_room = R"(
    SELECT next.id, rooms.slug
    FROM (SELECT least((SELECT min(id) FROM rooms WHERE id > $1::bigint),
                       (SELECT min(room_id) FROM messages WHERE room_id > $1::bigint)) AS id) AS next
    LEFT JOIN rooms ON rooms.id = next.id
    WHERE next.id IS NOT NULL)";

constexpr auto room_by_slug = "SELECT id FROM rooms WHERE slug = $1";

constexpr auto log_bounds = "SELECT min(seq), max(seq) FROM messages WHERE room_id = $1::bigint";

// The rows from place $2 on, at most $3, and of each kind of finding in them the first $4. A message was last
// changed where it says when each of its change records is at or before that place, and one is there: two
// looks by the key, and no look at the rest of the log. What is looked up stands in scalar subqueries, of
// which PostgreSQL makes no join of whole tables.
constexpr auto check_window = R"(
    WITH places AS MATERIALIZED (
        SELECT seq, target_seq, changed_seq, author_id,
            lag(seq, 1, $2::bigint - 1) OVER (ORDER BY seq) AS before,
            target_seq IS NULL AS is_message,
            deleted_at IS NOT NULL AS is_deleted,
            content IS NOT NULL AS has_content,
            content <> '' AS has_text,
            metadata IS NOT NULL AS has_metadata,
            author_name IS NOT NULL OR client_id IS NOT NULL AS has_names,
            CASE WHEN target_seq IS NOT NULL THEN (
                SELECT m.changed_seq FROM messages m
                WHERE m.room_id = p.room_id AND m.seq = p.target_seq AND m.target_seq IS NULL
            ) END AS target_changed_seq,
            CASE WHEN target_seq IS NULL AND changed_seq > seq THEN (
                SELECT c.target_seq FROM messages c WHERE c.room_id = p.room_id AND c.seq = p.changed_seq
            ) END AS changed_target_seq
        FROM (SELECT * FROM messages WHERE room_id = $1::bigint AND seq >= $2::bigint
              ORDER BY seq LIMIT $3::bigint) AS p
    ), strangers AS MATERIALIZED (
        SELECT author_id FROM places
        WHERE is_message AND author_id IS NOT NULL
        GROUP BY author_id
        HAVING (SELECT 1 FROM users WHERE id = author_id) IS NULL
            AND (SELECT 1 FROM removed_users WHERE user_id = author_id AND tombstoned_at IS NULL) IS NULL
    ), findings AS (
        SELECT 'missing_place' AS kind, before + 1 AS place, seq - 1 AS other
        FROM places WHERE seq > before + 1
        UNION ALL
        SELECT 'change_of_nothing', seq, target_seq
        FROM places WHERE NOT is_message AND target_changed_seq IS NULL
        UNION ALL
        SELECT 'change_with_content', seq, target_seq
        FROM places WHERE NOT is_message AND (has_content OR has_metadata OR has_names OR is_deleted
                                              OR author_id IS NOT NULL OR changed_seq <> seq)
        UNION ALL
        -- When the message names a place that did not change it, that alone is the finding.
        SELECT 'forgotten_change', seq, target_seq
        FROM places WHERE target_changed_seq < seq AND (target_changed_seq = target_seq OR target_seq = (
            SELECT c.target_seq FROM messages c WHERE c.room_id = $1::bigint AND c.seq = target_changed_seq))
        UNION ALL
        SELECT 'false_change', seq, changed_seq
        FROM places WHERE is_message AND changed_seq > seq AND changed_target_seq IS DISTINCT FROM seq
        UNION ALL
        SELECT 'tombstone_with_content', seq, 0
        FROM places WHERE is_message AND is_deleted AND (has_text OR has_metadata)
        UNION ALL
        SELECT 'tombstone_without_change', seq, 0
        FROM places WHERE is_message AND is_deleted AND changed_seq = seq
        UNION ALL
        SELECT 'message_without_content', seq, 0
        FROM places WHERE is_message AND (NOT has_content OR NOT is_deleted AND NOT has_text)
        UNION ALL
        SELECT 'unknown_author', seq, author_id
        FROM places JOIN strangers USING (author_id) WHERE is_message
    ), numbered AS (
        SELECT kind, place, other, count(*) OVER (PARTITION BY kind) AS times,
            row_number() OVER (PARTITION BY kind ORDER BY place) AS nth
        FROM findings
    ), totals AS (
        SELECT count(*) AS places, count(*) FILTER (WHERE is_message) AS messages,
            count(*) FILTER (WHERE is_message AND is_deleted) AS tombstones, max(seq) AS last
        FROM places
    )
    SELECT totals.*, kind, place, other, times, nth
    FROM totals LEFT JOIN numbered ON nth <= $4::bigint
    ORDER BY place, kind)";

// Behind the counter, $2.
constexpr auto check_marks = R"(
    SELECT 'mark_beyond_end', seq, user_id, count(*) OVER (), row_number() OVER (ORDER BY user_id)
    FROM read_marks WHERE room_id = $1::bigint AND seq > $2::bigint
    ORDER BY user_id LIMIT $3::bigint)";

std::int64_t integer(const db::TextRow& row, std::size_t column) {
    return std::stoll(row.at(column).value());
}

Finding::Kind kind_of(std::string_view name) {
    const auto found = std::ranges::find(kind_names, name);
    if (found == kind_names.end()) throw std::logic_error("a kind of finding without a name");
    return static_cast<Finding::Kind>(found - kind_names.begin());
}

}  // namespace

std::string_view name_of(Finding::Kind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

std::string Finding::sentence() const {
    switch (kind) {
        case Kind::missing_place:
            if (place == other) return fmt::format("place {} is missing", place);
            return fmt::format("places {} to {} are missing", place, other);
        case Kind::change_of_nothing:
            return fmt::format("place {} is a change of place {}, which is no message", place, other);
        case Kind::change_with_content:
            return fmt::format("place {} is a change, and bears what only a message has", place);
        case Kind::forgotten_change:
            return fmt::format("place {} is a change of message {}, which does not know of it", place, other);
        case Kind::false_change:
            return fmt::format("message {} was last changed by place {}, which is no change of it", place,
                               other);
        case Kind::tombstone_with_content:
            return fmt::format("message {} is deleted, and has its content or metadata still", place);
        case Kind::tombstone_without_change:
            return fmt::format("message {} is deleted, and no change of it says so", place);
        case Kind::message_without_content: return fmt::format("message {} has no content", place);
        case Kind::unknown_author:
            return fmt::format("message {} is of account {}, which does not exist", place, other);
        case Kind::mark_beyond_end:
            return fmt::format("account {} has read up to place {}, which is behind the end", other, place);
    }
    return {};
}

LogCheck::LogCheck(const std::string& conninfo, CheckListener& listener, const CheckLimits& limits)
    : connection_(conninfo), listener_(listener), limits_(limits) {}

CheckTotals LogCheck::check_all() {
    require_keys();
    totals_ = {};
    RoomId after(std::numeric_limits<std::int64_t>::min());
    while (check_next(after)) {
    }
    return totals_;
}

std::optional<CheckTotals> LogCheck::check_one(const rooms::RoomSlug& slug) {
    require_keys();
    totals_ = {};
    connection_.exec(begin);
    const auto rows = connection_.query(room_by_slug, {slug.str()});
    if (!rows.empty()) check_log({RoomId(integer(rows.front(), 0)), slug.str()});
    connection_.exec("COMMIT");
    if (rows.empty()) return std::nullopt;
    return totals_;
}

void LogCheck::require_keys() {
    const auto lost = connection_.query(lost_keys);
    if (lost.empty()) return;
    throw std::runtime_error(
        fmt::format("the unique index {} of messages is missing or not valid", lost.front().at(0).value()));
}

// The first room behind `after`, which becomes that one; false when there is none.
bool LogCheck::check_next(RoomId& after) {
    connection_.exec(begin);
    const auto rows = connection_.query(next_room, {std::to_string(after.value())});
    if (!rows.empty()) {
        const auto& row = rows.front();
        after = RoomId(integer(row, 0));
        if (const auto& slug = row.at(1)) {
            check_log({after, *slug});
        } else {
            const auto bounds = connection_.query(log_bounds, {row.at(0)});
            listener_.on_unerased(after, integer(bounds.front(), 0), integer(bounds.front(), 1));
        }
    }
    connection_.exec("COMMIT");
    return !rows.empty();
}

void LogCheck::check_log(const CheckedRoom& room) {
    enum Column : std::size_t { places, messages, tombstones, last, finding };
    const auto id = std::to_string(room.id.value());
    const auto window = std::to_string(limits_.places_per_window);
    Counts counts{};
    Seq counter = 0;
    ++totals_.rooms;
    while (true) {
        const auto rows = connection_.query(check_window, {id, std::to_string(counter + 1), window, shown()});
        const auto& totals = rows.front();
        const auto count = integer(totals, places);
        if (count == 0) break;
        counter = integer(totals, last);
        totals_.places += count;
        totals_.messages += integer(totals, messages);
        totals_.tombstones += integer(totals, tombstones);
        totals_.changes += count - integer(totals, messages);
        if (totals.at(finding)) tell(room, rows, finding, counts);
        listener_.on_progress(room, counter);
        if (count < limits_.places_per_window) break;
    }
    tell(room, connection_.query(check_marks, {id, std::to_string(counter), shown()}), 0, counts);
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
        totals_.findings += counts.at(kind);
        const auto more = counts.at(kind) - limits_.shown_per_kind;
        if (more > 0) listener_.on_more(room, static_cast<Finding::Kind>(kind), more);
    }
}

void LogCheck::tell(const CheckedRoom& room, const db::TextRows& rows, std::size_t first_column,
                    Counts& counts) {
    Counts before = counts;
    for (const auto& row : rows) {
        const auto cell = [&](std::size_t column) { return integer(row, first_column + column); };
        const Finding finding{kind_of(row.at(first_column).value()), cell(1), cell(2)};
        const auto times = cell(3), nth = cell(4);
        const auto kind = static_cast<std::size_t>(finding.kind);
        counts.at(kind) = before.at(kind) + times;
        if (before.at(kind) + nth <= limits_.shown_per_kind) listener_.on_finding(room, finding);
    }
}

}  // namespace roost::messages
