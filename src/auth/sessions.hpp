// Sessions: what a login opens, with an access token for the next minutes and a refresh token for the next
// weeks (contract.md, "Sessions and tokens").
//
// A refresh token is good for one use. Shortly after it the token gives another pair of the same session (two
// tabs, a lost answer); later its use means that it was stolen, and the session is revoked. Access tokens are
// verified in memory; what was revoked is refused at once by every core of this process, and within seconds
// by others (RevocationFeed).
#pragma once

#include "auth/access_token.hpp"
#include "auth/revocations.hpp"
#include "auth/session_store.hpp"
#include "auth/shared_revocations.hpp"
#include "auth/verified_tokens.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace roost::auth {

struct Tokens {
    std::string access;
    std::string refresh;
    std::chrono::seconds expires_in;  // of the access token
};

struct Refreshed {
    Tokens tokens;
    UserId user;
    std::string session;
};

// A session that is not stored yet. Accounts store it: together with a new account, or if the password that
// was compared is still the account's.
struct NewSession {
    std::string id;
    std::string refresh_token;
    std::string refresh_digest;  // what is stored of it
    Timestamp at;
    Timestamp expires_at;  // of the session and of the refresh token
};

struct SessionOptions {
    std::chrono::seconds refresh_lifetime{30 * 24 * 60 * 60};
    std::chrono::seconds grace{10};  // in which a used refresh token gives another pair
    std::size_t verified_tokens = VerifiedTokens::default_size;
    std::function<Timestamp()> now = Timestamp::now;
};

// One for each core; used there. Throws db::Unavailable where it asks the database.
class Sessions {
public:
    // All outlive this object.
    Sessions(const AccessTokens& access_tokens, db::Pool& pool, SharedRevocations& revocations,
             SessionOptions options = {});

    [[nodiscard]] NewSession prepare() const;
    // Once it is stored.
    [[nodiscard]] Tokens tokens_for(UserId user, NewSession session) const;
    // Fails with invalid_refresh_token.
    Task<Result<Refreshed>> refresh(std::string refresh_token);

    // When these return, every core of this process refuses the tokens and its listener was told.

    // Logout. Without a session, as for a token issued elsewhere, all such tokens of the user are refused
    // that were issued until now.
    Task<void> revoke(SessionId session, UserId user);
    // All the user's sessions, also those that another statement has just revoked (a password's change may do
    // it in its own transaction), and the tokens issued elsewhere.
    Task<void> revoke_all(UserId user);
    // After the account's row is gone, and removed_users has it.
    Task<void> user_removed(UserId user);

    // Fails with unauthorized.
    [[nodiscard]] Result<Identity> verify(std::string_view access_token) const;
    // Neither expired nor revoked: asked again where an identity is kept, as a socket does.
    [[nodiscard]] bool is_current(const Identity& identity) const;

private:
    const AccessTokens& access_tokens_;
    SessionStore store_;
    SessionOptions options_;
    SharedRevocations& shared_;
    Revocations& revocations_;         // this core's
    mutable VerifiedTokens verified_;  // a memory of what was verified, nothing more
};

}  // namespace roost::auth
