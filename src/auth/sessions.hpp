// Sessions: what a login opens, with an access token for the next minutes and a refresh token for the next
// weeks (contract.md, "Sessions and tokens").
#pragma once

#include "auth/access_token.hpp"
#include "auth/session_store.hpp"
#include "core/task.hpp"

#include <chrono>
#include <string>

namespace roost::auth {

struct Tokens {
    std::string access;
    std::string refresh;
    std::chrono::seconds expires_in;  // of the access token
};

// One for each core.
class Sessions {
public:
    static constexpr std::chrono::hours refresh_lifetime{30 * 24};

    Sessions(const AccessTokens& access_tokens, db::Pool& pool)
        : access_tokens_(access_tokens), store_(pool) {}

    Task<Tokens> open(UserId user);
    // Fails with unauthorized.
    [[nodiscard]] Result<Identity> verify(std::string_view access_token) const {
        return access_tokens_.verify(access_token, Timestamp::now());
    }

private:
    const AccessTokens& access_tokens_;
    SessionStore store_;
};

}  // namespace roost::auth
