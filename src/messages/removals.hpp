// Makes the messages of removed accounts tombstones of "deleted user".
//
// There is no index on authors, because every append would pay for it. So each room's log is scanned by its
// key, in windows that no statement takes long for, and deletions are appended in bounded numbers by the
// writer of the room's home, like anybody's: followers hear of each. All of it can be done again, and goes on
// then where it ended: a message that is a tombstone without an author is no more work. While the database is
// away it waits.
#pragma once

#include "core/task.hpp"
#include "messages/home.hpp"
#include "messages/pause.hpp"
#include "messages/removal_store.hpp"
#include "net/per_core.hpp"

#include <vector>

namespace roost::messages {

// One for each core; used there. Before it is destroyed the pool is closed and the writers are stopped: then
// what is under way ends with db::Unavailable.
class Removals {
public:
    // All outlive this object.
    Removals(net::Cores& cores, net::PerCore<Home>& homes, db::Pool& pool)
        : cores_(cores), homes_(homes), store_(pool) {}
    ~Removals() { pause_.cut(); }

    // Every message of the author becomes a tombstone of nobody's, those that are tombstones already too. The
    // account is gone before. From its start on the author's posts are refused.
    Task<void> tombstone_all_of(UserId author);
    // Does it for every removed account that is not done yet (the table removed_users). While one call is at
    // it another returns at once, and the first one takes on what it came for.
    Task<void> finish();

private:
    Task<void> finish_all();
    Task<void> tombstone_in(rooms::Room room, UserId author);
    Task<void> delete_messages(const rooms::Room& room, std::vector<Seq> places);
    // Asks again while the database is away.
    template <class Ask>
    auto insist(Ask question) -> decltype(question());
    Task<void> rest();

    net::Cores& cores_;
    net::PerCore<Home>& homes_;
    RemovalStore store_;
    Pause pause_;
    bool running_ = false;
    bool again_ = false;
};

}  // namespace roost::messages
