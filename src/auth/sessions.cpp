#include "auth/sessions.hpp"

#include "auth/random.hpp"
#include "core/log.hpp"

namespace roost::auth {
namespace {

constexpr std::size_t refresh_token_bytes = 32;
constexpr std::size_t refresh_token_characters = 43;

// `sessions` as the database has them.
Revoked only_sessions(const std::vector<std::string>& sessions) {
    Revoked revoked;
    for (const auto& session : sessions)
        if (const auto id = SessionId::parse(session)) revoked.sessions.push_back(*id);
    return revoked;
}

}  // namespace

Sessions::Sessions(const AccessTokens& access_tokens, db::Pool& pool, SharedRevocations& revocations,
                   SessionOptions options)
    : access_tokens_(access_tokens), store_(pool), options_(std::move(options)), shared_(revocations),
      revocations_(revocations.here()), verified_(options_.verified_tokens) {}

// --- Opening and refreshing

NewSession Sessions::prepare() const {
    NewSession session{.id = random_uuid(),
                       .refresh_token = random_token(refresh_token_bytes),
                       .refresh_digest = {},
                       .at = options_.now(),
                       .expires_at = {}};
    session.refresh_digest = sha256(session.refresh_token);
    session.expires_at = session.at + options_.refresh_lifetime;
    return session;
}

Tokens Sessions::tokens_for(UserId user, NewSession session) const {
    log::audit("session.opened", {{"user", user.value()}, {"session", session.id}});
    return {access_tokens_.issue(user, session.id, session.at), std::move(session.refresh_token),
            AccessTokens::lifetime};
}

Task<Result<Refreshed>> Sessions::refresh(std::string refresh_token) {
    if (refresh_token.size() != refresh_token_characters) co_return Problem(Errc::invalid_refresh_token);
    auto next = random_token(refresh_token_bytes);
    const auto rotation = co_await store_.rotate(sha256(refresh_token), sha256(next), options_.grace,
                                                 options_.refresh_lifetime);
    if (rotation.outcome == Rotation::Outcome::reused) {
        log::audit("session.reuse_detected",
                   {{"user", rotation.user.value()}, {"session", rotation.session}});
        auto revoked = only_sessions({rotation.session});
        co_await shared_.spread(std::move(revoked), options_.now());
    }
    if (rotation.outcome != Rotation::Outcome::rotated) co_return Problem(Errc::invalid_refresh_token);
    auto access = access_tokens_.issue(rotation.user, rotation.session, options_.now());
    Tokens tokens{std::move(access), std::move(next), AccessTokens::lifetime};
    Refreshed refreshed{std::move(tokens), rotation.user, rotation.session};
    co_return refreshed;
}

// --- Revoking

Task<void> Sessions::revoke(SessionId session, UserId user) {
    Revoked revoked;
    if (session.is_none()) {
        revoked.users.push_back(user);
    } else {
        co_await store_.revoke(session.str(), user);
        revoked.sessions.push_back(session);
    }
    co_await shared_.spread(std::move(revoked), options_.now());
    log::audit("session.revoked", {{"user", user.value()}, {"session", session.str()}});
}

Task<void> Sessions::revoke_all(UserId user) {
    auto revoked = only_sessions(co_await store_.revoke_all(user, Revocations::session_memory));
    revoked.users.push_back(user);
    const auto count = revoked.sessions.size();
    co_await shared_.spread(std::move(revoked), options_.now());
    log::audit("sessions.revoked_all", {{"user", user.value()}, {"sessions", count}});
}

Task<void> Sessions::user_removed(UserId user) {
    Revoked revoked;
    revoked.removed.push_back(user);
    co_await shared_.spread(std::move(revoked), options_.now());
}

// --- Verifying

Result<Identity> Sessions::verify(std::string_view access_token) const {
    if (access_token.size() > AccessTokens::most_bytes) return Problem(Errc::unauthorized);
    const auto now = options_.now();
    const auto digest = sha256(access_token);
    if (const auto* known = verified_.find(digest, now)) {
        if (revocations_.refuses(*known)) return Problem(Errc::unauthorized);
        return *known;
    }
    auto identity = access_tokens_.verify(access_token, now);
    if (!identity) return identity.error();
    if (revocations_.refuses(*identity)) return Problem(Errc::unauthorized);
    verified_.add(digest, *identity);
    return identity;
}

bool Sessions::is_current(const Identity& identity) const {
    return identity.expires_at > options_.now() && !revocations_.refuses(identity);
}

}  // namespace roost::auth
