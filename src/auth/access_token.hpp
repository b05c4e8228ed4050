// Access tokens: JWT (RFC 7519) signed with HS512 by libjwt, with Guardian's claims and the session's id; and
// tokens that somebody else signed with a key this server was given.
#pragma once

#include "auth/jwt.hpp"
#include "auth/public_key.hpp"
#include "auth/session_id.hpp"
#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace roost::auth {

struct TokenOptions {
    std::string secret;                    // signs and verifies, HS512
    std::vector<std::string> old_secrets;  // verify only: a new secret logs nobody out
    std::vector<PublicKey> public_keys;    // of whoever else issues tokens, RS256 or ES256
    std::string issuer = "roost";
    std::string audience = "roost";
};

// Whom a verified token speaks for.
struct Identity {
    UserId user;
    SessionId session;     // none for a token issued elsewhere: its `sid` names no session of ours
    Timestamp issued_at;   // `iat`; 0 for a token that does not say
    Timestamp expires_at;  // `exp`
};

// A token names its key (`kid`), and a key verifies one algorithm. The name of a secret is derived from it,
// so that changing secrets takes no more than a list of them. Immutable; used from every core.
class AccessTokens {
public:
    static constexpr std::chrono::seconds lifetime{15 * 60};
    // Tokens issued elsewhere: one whose `exp` is further away is refused, for a revocation is not remembered
    // for longer. By the same reason ours, made with the secret by whomever, may not outlive `lifetime`.
    static constexpr std::chrono::seconds longest_foreign_lifetime{24 * 60 * 60};
    static constexpr std::size_t most_bytes = 4096;
    static constexpr std::size_t least_secret_bytes = 32;

    // Throws std::invalid_argument when a secret is shorter than least_secret_bytes, or when two keys have
    // one name.
    explicit AccessTokens(TokenOptions options);
    explicit AccessTokens(std::string secret);

    // `session` is a UUID.
    [[nodiscard]] std::string issue(UserId user, const std::string& session, Timestamp now) const;
    // Fails with unauthorized, whatever is wrong with it.
    [[nodiscard]] Result<Identity> verify(std::string_view token, Timestamp now) const;

private:
    struct Key {
        std::string kid;
        KeyAlgorithm algorithm;
        std::string bytes;  // the secret, or the PEM
    };
    void add_key(Key key);
    // Null when no key of ours signed it. Whose signature it should be is the token's word, and nothing else
    // is.
    [[nodiscard]] const Key* signer_of(const std::string& token, const JwtHeader& header) const;
    [[nodiscard]] Result<Identity> judge(const JwtClaims& claims, bool is_ours, Timestamp now) const;

    std::vector<Key> keys_;  // the first one signs
    std::string issuer_;
    std::string audience_;
};

}  // namespace roost::auth
