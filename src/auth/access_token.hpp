// Access tokens: JWT (RFC 7519) with HS512 by libjwt, with Guardian's claims and the session's id.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace roost::auth {

// Whom a verified token speaks for.
struct Identity {
    UserId user;
    std::string session;   // `sid`
    Timestamp expires_at;  // `exp`
};

// Immutable; used from every core.
class AccessTokens {
public:
    static constexpr std::chrono::seconds lifetime{15 * 60};
    static constexpr std::size_t most_bytes = 4096;
    static constexpr std::size_t least_secret_bytes = 32;

    // `secret`: at least least_secret_bytes. Throws std::invalid_argument otherwise.
    explicit AccessTokens(std::string secret);

    [[nodiscard]] std::string issue(UserId user, const std::string& session, Timestamp now) const;
    // Fails with unauthorized, whatever is wrong with it.
    [[nodiscard]] Result<Identity> verify(std::string_view token, Timestamp now) const;

private:
    std::string secret_;
};

}  // namespace roost::auth
