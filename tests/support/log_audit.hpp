// Judges a log after the fact: whether what is stored is consistent in itself, and whether a listener heard
// it.
#pragma once

#include "support/log_load.hpp"
#include "support/message_log.hpp"

#include <fmt/format.h>

#include <string>

namespace roost::test {

namespace detail {

// Each finding is one row.
inline std::string findings(LogDatabase& database, const std::string& sql,
                            std::vector<std::optional<std::string>> values = {}) {
    std::string found;
    for (const auto& row : database.admin.query(sql, std::move(values)))
        found += fmt::format("{} in room {}; ", row.at(0).value_or("null"), row.at(1).value_or("null"));
    return found;
}

}  // namespace detail

// Empty when every value of each room's counter is a row, each change record is of a message of its room,
// each message's changed_seq is that of its latest record, and of a tombstone nothing is left.
inline std::string contradictions(LogDatabase& database) {
    return detail::findings(database, R"(
        select 'hole', room_id from messages group by room_id having count(*) <> max(seq) or min(seq) <> 1
        union all
        select 'record ' || r.seq || ' without message', r.room_id
        from messages r left join messages m
            on m.room_id = r.room_id and m.seq = r.target_seq and m.target_seq is null
        where r.target_seq is not null and m.seq is null
        union all
        select 'record ' || seq || ' with a content', room_id from messages
        where target_seq is not null
            and (content is not null or author_id is not null or author_name is not null or metadata is not null
                 or client_id is not null or deleted_at is not null or changed_seq <> seq)
        union all
        select 'message ' || m.seq || ' at ' || m.changed_seq, m.room_id
        from messages m left join (
            select room_id, target_seq, max(seq) as latest from messages group by room_id, target_seq) r
            on r.room_id = m.room_id and r.target_seq = m.seq
        where m.target_seq is null and m.changed_seq <> coalesce(r.latest, m.seq)
        union all
        select 'tombstone ' || seq || ' with a content', room_id from messages
        where deleted_at is not null and (content <> '' or metadata is not null or changed_seq = seq)
        union all
        select 'message ' || seq || ' without a content', room_id from messages
        where target_seq is null and deleted_at is null and (content = '' or content is null)
    )");
}

// Empty when the listener, from the first place it heard to the last, heard every place of the room's log
// once and as what it is, but for changes whose message changed again; and when the last it heard of each
// message is how that message is, unless it changed since.
inline std::string contradictions(LogDatabase& database, std::int64_t room, const Listener& listener) {
    std::string heard = "[";
    for (std::size_t i = 0; i < listener.places.size(); ++i) {
        if (i > 0) heard += ',';
        heard += fmt::format(R"({{"place":{},"event":"{}","payload":{}}})", listener.places[i],
                             listener.events[i], listener.payloads[i]);
    }
    heard += ']';
    std::string order;
    for (std::size_t i = 1; i < listener.places.size(); ++i)
        if (listener.places[i] <= listener.places[i - 1])
            order += fmt::format("{} after {}; ", listener.places[i], listener.places[i - 1]);
    return order + detail::findings(database, R"(
        with told as (
            select place, event, coalesce(payload->'message'->>'content', '') as content,
                coalesce(payload->'message'->>'seq', payload->>'seq')::bigint as seq,
                coalesce(payload->'message'->>'changed_seq', payload->>'changed_seq')::bigint as changed_seq,
                coalesce(payload->'message'->>'id', payload->>'message_id') as id
            from json_to_recordset($2::json) as heard(place bigint, event text, payload json)
        ), log as (
            select place.*, m.changed_seq as now_at from messages place join messages m
                on m.room_id = place.room_id and m.seq = coalesce(place.target_seq, place.seq)
            where place.room_id = $1::bigint
                and place.seq between (select min(place) from told) and (select max(place) from told)
        ), latest as (select distinct on (seq) * from told order by seq, place desc)
        select 'unheard ' || log.seq, $1 from log left join told on told.place = log.seq
        where told.place is null and (log.target_seq is null or log.now_at = log.seq)
        union all
        select 'heard wrongly ' || place, $1 from told left join log on log.seq = told.place
        where log.seq is null or told.changed_seq <> place or told.seq <> coalesce(log.target_seq, log.seq)
            or (log.target_seq is null) <> (event = 'new_message') or id <> $1 || '-' || told.seq
        union all
        select 'stale ' || latest.seq, $1 from latest join messages m
            on m.room_id = $1::bigint and m.seq = latest.seq and m.changed_seq = latest.place
        where (m.deleted_at is not null) <> (event = 'message_deleted') or m.content <> latest.content
    )",
                                    {std::to_string(room), heard});
}

// Empty when what clients were told is stored, each at a place of its own, and is how the message is, unless
// it changed since.
inline std::string contradictions(LogDatabase& database, const std::vector<Told>& told) {
    std::string list = "[";
    for (const auto& [id, changed_seq, content] : told)
        list += fmt::format(R"({}{{"room":{},"seq":{},"place":{},"content":"{}"}})",
                            list.size() > 1 ? "," : "", id.room.value(), id.seq, changed_seq, content);
    list += ']';
    return detail::findings(database, R"(
        with told as (
            select * from json_to_recordset($1::json) as told(room bigint, seq bigint, place bigint, content text)
        )
        select 'told twice ' || place, room from told group by room, place having count(*) > 1
        union all
        select 'told wrongly ' || told.place, room from told left join messages place
            on place.room_id = room and place.seq = told.place
        where place.seq is null or coalesce(place.target_seq, place.seq) <> told.seq
        union all
        select 'not so ' || told.place, room from told join messages m
            on m.room_id = room and m.seq = told.seq and m.changed_seq = place
        where m.content <> told.content
    )",
                            {list});
}

}  // namespace roost::test
