// For tests of rooms: a few people and rooms, and Rooms on one or more cores.
#pragma once

#include "rooms/rooms.hpp"
#include "support/core_database.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace roost::test {

// Ann owns the rooms, Meg is a member of them, Sam is a stranger, Ada an admin.
inline constexpr UserId ann{1}, meg{2}, sam{3}, ada{4}, nobody{99};
// The lobby and the hall are public, the den is private; there is no attic.
inline constexpr RoomId lobby_id{1}, hall_id{2}, den_id{3};
inline const rooms::RoomSlug lobby{"lobby"}, hall{"hall"}, den{"den"}, attic{"attic"};

class RoomWorld : public TestDatabase {
public:
    explicit RoomWorld(unsigned cores = 1) : cores_(cores) {
        admin.exec(
            "insert into users (email, name, password_hash, role) values ('ann@b', 'Ann', '', 'user'), "
            "('meg@b', 'Meg', '', 'user'), ('sam@b', 'Sam', '', 'user'), ('ada@b', 'Ada', '', 'admin')");
        restore_rooms();
    }
    // As they were at first.
    void restore_rooms() {
        admin.exec(
            "delete from rooms where id > 1; delete from members; delete from read_marks;"
            "update rooms set name = 'Lobby', owner_id = null;"
            "insert into rooms (id, slug, name, private, owner_id) overriding system value values "
            "(2, 'hall', 'The hall', false, 1), (3, 'den', 'The den', true, 1);"
            "alter table rooms alter id restart 4;"
            "insert into members (room_id, user_id) values (2, 1), (2, 2), (3, 1), (3, 2)");
    }

    // `f`, called with the Rooms of a core and there, gives a task; its outcome comes here.
    template <class F>
    auto start(F f, unsigned core = 0) {
        return rooms_.start(std::move(f), core);
    }
    template <class F>
    auto run(F f, unsigned core = 0) {
        return rooms_.run(std::move(f), core);
    }

    // The room's next place, as a message of `author`.
    void post(RoomId room, UserId author, const std::string& content = "hello") {
        admin.query(
            "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, writer) "
            "select $1, seq, seq, $2, '', $3, 1 from (select coalesce(max(seq), 0) + 1 as seq from messages "
            "where room_id = $1) as next",
            {std::to_string(room.value()), std::to_string(author.value()), content});
    }
    // The room's next place, as the record that a message was changed.
    void change_message(RoomId room, Seq target) {
        admin.exec(
            fmt::format("insert into messages (room_id, seq, target_seq, changed_seq, writer) "
                        "select {0}, max(seq) + 1, {1}, max(seq) + 1, 1 from messages where room_id = {0}",
                        room.value(), target));
    }

private:
    RunningCores cores_;

public:
    rooms::RoomWatches watches{cores_.all()};

private:
    OnCores<db::Pool> pools_{cores_, [this](net::Core&) { return pool(); }};
    OnCores<rooms::Rooms> rooms_{cores_, [this](net::Core& core) {
                                     return std::make_unique<rooms::Rooms>(watches, pools_[core.index()]);
                                 }};

public:
    // Of the first core.
    TransactionCount transactions{pools_};
};

}  // namespace roost::test
