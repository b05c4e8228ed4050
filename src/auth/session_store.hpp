// SQL for sessions (a login and what its refresh tokens became) and refresh tokens, kept as digests, from
// when accounts have stored them.
//
// Who changes a family (a session and its tokens) locks the session's row first: whatever happens to one
// family happens in one order, with any number of tabs and processes. From the first use of a token on, times
// are the database's, which all processes share.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace roost::auth {

// What became of a refresh token that was used.
struct Rotation {
    enum class Outcome {
        refused,  // unknown or expired, or its session is revoked
        rotated,  // the new token is stored
        reused,   // long after its first use: its session is revoked now
    };
    Outcome outcome = Outcome::refused;
    std::string session;  // of the other two
    UserId user;
};

// Where a reader of revocations stands: the time and the id of the last row.
struct SessionMark {
    Timestamp revoked_at;
    std::string id;
};
struct RemovalMark {
    Timestamp removed_at;
    UserId user;
};

// Of one statement. A session goes with all its tokens, of which there can be thousands.
struct CleanupLimits {
    std::int64_t tokens = 5'000;
    std::int64_t sessions = 100;
};

class SessionStore {
public:
    explicit SessionStore(db::Pool& pool) : pool_(pool) {}

    // Uses a refresh token: for `grace` from its first use on it gives new ones, good for `lifetime`.
    Task<Rotation> rotate(std::string used_digest, std::string new_digest, std::chrono::seconds grace,
                          std::chrono::seconds lifetime);
    Task<void> revoke(std::string session, UserId user);
    // Gives the sessions that are revoked by this or were within `recently`.
    Task<std::vector<std::string>> revoke_all(UserId user, std::chrono::seconds recently);

    // The database's clock.
    Task<Timestamp> clock();
    // The first rows behind the mark, at most `most`, by time.
    Task<std::vector<SessionMark>> revoked_after(SessionMark mark, std::int64_t most);
    Task<std::vector<RemovalMark>> removed_after(RemovalMark mark, std::int64_t most);
    // Deletes some refresh tokens and sessions that expired, or were revoked longer than `keep_revoked` ago.
    // True when more may be left.
    Task<bool> delete_expired(std::chrono::seconds keep_revoked, CleanupLimits limits);

private:
    db::Pool& pool_;
};

}  // namespace roost::auth
