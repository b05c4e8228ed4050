// SQL for sessions (a login and what its refresh tokens became) and refresh tokens, kept as digests.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/task.hpp"
#include "db/pool.hpp"

#include <string>

namespace roost::auth {

class SessionStore {
public:
    explicit SessionStore(db::Pool& pool) : pool_(pool) {}

    // A new session with its first refresh token.
    Task<void> insert(std::string session, UserId user, std::string refresh_digest, Timestamp now,
                      Timestamp expires_at);

private:
    db::Pool& pool_;
};

}  // namespace roost::auth
