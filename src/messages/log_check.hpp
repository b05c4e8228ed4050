// LogCheck: proves that the rooms' logs are what appending leaves behind, for nothing in the schema does.
//
// Made by a command, used by one thread, blocking. Goes room by room, each in one read-only snapshot: what a
// running server appends meanwhile is seen whole or not at all. Within a room it goes along the primary key
// in windows, so that neither this process nor the database holds more than one of them, however long the
// log. What it finds is told at once to a CheckListener, which outlives it.
#pragma once

#include "db/blocking_connection.hpp"
#include "rooms/room.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::messages {

struct CheckedRoom {
    RoomId id;
    std::string slug;
};

// One contradiction in a log. `place` is where, `other` what it is about.
struct Finding {
    enum class Kind {
        missing_place,             // places `place` to `other` have no row
        change_of_nothing,         // a change record of `other`, which is no message
        change_with_content,       // a change record that bears more than what it changes
        forgotten_change,          // a change record of `other`, whose changed_seq is before it
        false_change,              // a message whose changed_seq, `other`, is no change record of it
        tombstone_with_content,    // or with metadata
        tombstone_without_change,  // a tombstone whose changed_seq is its own place
        message_without_content,
        unknown_author,   // a message of account `other`, which is none and not one that is being removed
        mark_beyond_end,  // account `other` has read up to `place`, behind the last one
    };
    static constexpr std::size_t kinds = 10;

    Kind kind = Kind::missing_place;
    Seq place = 0;
    std::int64_t other = 0;

    // For people, without the room.
    [[nodiscard]] std::string sentence() const;
};

// Of the enumerators above, as written there.
std::string_view name_of(Finding::Kind kind);

struct CheckTotals {
    std::int64_t rooms = 0;
    std::int64_t places = 0;    // rows of the logs: messages and changes
    std::int64_t messages = 0;  // tombstones too
    std::int64_t tombstones = 0;
    std::int64_t changes = 0;
    std::int64_t findings = 0;  // those that were only counted too
};

class CheckListener {
public:
    virtual ~CheckListener() = default;
    // The first ones of a kind in a room.
    virtual void on_finding(const CheckedRoom& room, const Finding& finding) = 0;
    // So many more of that kind in this room.
    virtual void on_more(const CheckedRoom& room, Finding::Kind kind, std::int64_t count) = 0;
    // A room that was removed still has these places: work that is left, and no contradiction.
    virtual void on_unerased(RoomId room, Seq first, Seq last) = 0;
    // Everything up to this place of this room was looked at.
    virtual void on_progress(const CheckedRoom& room, Seq place) = 0;
};

struct CheckLimits {
    std::int64_t places_per_window = 50'000;
    std::int64_t shown_per_kind = 20;  // in each room
};

class LogCheck {
public:
    // Connects. Throws db::Unavailable.
    LogCheck(const std::string& conninfo, CheckListener& listener, const CheckLimits& limits = {});

    // Every room, and what is left of removed ones. Throws db::Unavailable, or db::Error when the database
    // has other tables.
    CheckTotals check_all();
    // One room; nothing when there is none with this slug.
    std::optional<CheckTotals> check_one(const rooms::RoomSlug& slug);

private:
    // How often each kind was found in one room.
    using Counts = std::array<std::int64_t, Finding::kinds>;

    void require_keys();
    bool check_next(RoomId& after);
    void check_log(const CheckedRoom& room);
    // Rows that end with the columns of findings; of a kind's first one in `rows` with how many there are.
    void tell(const CheckedRoom& room, const db::TextRows& rows, std::size_t first_column, Counts& counts);
    [[nodiscard]] std::string shown() const { return std::to_string(limits_.shown_per_kind); }

    db::BlockingConnection connection_;
    CheckListener& listener_;
    CheckLimits limits_;
    CheckTotals totals_;
};

}  // namespace roost::messages
