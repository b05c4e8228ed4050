// Revocations that others made: another API process, or `roost users` while the server runs. They come
// through the database, which is read every few seconds; and once before the first request, for what was
// revoked before this process began.
//
// Also deletes sessions and refresh tokens that can no longer matter, some at a time.
#pragma once

#include "auth/session_store.hpp"
#include "auth/shared_revocations.hpp"
#include "core/clock.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"
#include "net/core.hpp"
#include "net/timer.hpp"

#include <chrono>
#include <future>
#include <optional>

namespace roost::auth {

struct FeedOptions {
    std::chrono::milliseconds read_every{2'000};
    std::chrono::milliseconds clean_up_every{60'000};
    std::int64_t rows_per_read = 5'000;  // of one statement; bounds its memory
    CleanupLimits cleanup;
};

// One for the process; made, started and destroyed by a thread that is no core's, while the cores run. It
// lives on the core of its pool. While the database is away it keeps what it knows, and goes on later where
// it was.
class RevocationFeed {
public:
    // `pool` belongs to `core`. All outlive this object.
    RevocationFeed(net::Core& core, db::Pool& pool, SharedRevocations& revocations, FeedOptions options = {});
    // Waits for the answer of a statement that is under way: close the pool first where it may be long.
    ~RevocationFeed();
    RevocationFeed(const RevocationFeed&) = delete;
    RevocationFeed& operator=(const RevocationFeed&) = delete;

    // Returns when every core refuses what was revoked before, and goes on reading. Throws db::Unavailable or
    // db::Error when that cannot be read. Once.
    void start();

private:
    Task<void> run();
    Task<void> read();
    Task<void> read_sessions(Timestamp since);
    Task<void> read_removals(Timestamp since);
    Task<void> clean_up();
    void wait();

    net::Core& core_;
    SessionStore store_;
    SharedRevocations& revocations_;
    FeedOptions options_;
    std::optional<net::Timer> timer_;      // on the core
    std::optional<Timestamp> read_until_;  // by the database's clock
    Clock::time_point next_cleanup_;
    std::promise<void> loaded_;
    bool is_loaded_ = false;
    bool is_reading_ = false;
    bool is_failing_ = false;  // and the log says so
    bool is_stopping_ = false;
    std::promise<void> stopped_;
};

}  // namespace roost::auth
