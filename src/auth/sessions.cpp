#include "auth/sessions.hpp"

#include "auth/random.hpp"

namespace roost::auth {

Task<Tokens> Sessions::open(UserId user) {
    const auto now = Timestamp::now();
    const auto session = random_uuid();
    Tokens tokens{access_tokens_.issue(user, session, now), random_token(32), AccessTokens::lifetime};
    co_await store_.insert(session, user, sha256(tokens.refresh), now, now + refresh_lifetime);
    co_return tokens;
}

}  // namespace roost::auth
