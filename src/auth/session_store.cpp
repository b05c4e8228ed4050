#include "auth/session_store.hpp"

namespace roost::auth {
namespace {

const db::Statement lock_family{
    "lock_family",
    "SELECT FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1) "
    "FOR NO KEY UPDATE"};

// A statement of its own behind the lock: it sees what the one before it in this family has done.
const db::Statement rotate_refresh_token{
    "rotate_refresh_token",
    "WITH used AS ("
    "  SELECT token.token_hash, session.id, session.user_id, token.first_used_at IS NULL AS is_first,"
    "    token.first_used_at <= now() - $3 * interval '1 second' AS is_late"
    "  FROM refresh_tokens token JOIN sessions session ON session.id = token.session_id"
    "  WHERE token.token_hash = $1 AND token.expires_at > now() AND session.expires_at > now()"
    "    AND session.revoked_at IS NULL"
    "), marked AS ("
    "  UPDATE refresh_tokens SET first_used_at = now() FROM used"
    "  WHERE refresh_tokens.token_hash = used.token_hash AND used.is_first"
    "), revoked AS ("
    "  UPDATE sessions SET revoked_at = now() FROM used WHERE sessions.id = used.id AND used.is_late"
    "), extended AS ("
    "  UPDATE sessions SET expires_at = greatest(expires_at, now() + $4 * interval '1 second')"
    "  FROM used WHERE sessions.id = used.id AND used.is_late IS NOT TRUE"
    "), added AS ("
    "  INSERT INTO refresh_tokens (token_hash, session_id, inserted_at, expires_at)"
    "  SELECT $2, id, now(), now() + $4 * interval '1 second' FROM used WHERE is_late IS NOT TRUE"
    ") SELECT id::text, user_id, is_late IS TRUE FROM used"};

const db::Statement revoke_session{"revoke_session",
                                   "UPDATE sessions SET revoked_at = now() WHERE id = $1::text::uuid AND "
                                   "user_id = $2 AND revoked_at IS NULL"};

// In one order, so that two who do this at once do not wait for each other.
const db::Statement revoke_sessions{
    "revoke_sessions",
    "WITH open AS (SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL ORDER BY id "
    "FOR NO KEY UPDATE) "
    "UPDATE sessions SET revoked_at = now() FROM open WHERE sessions.id = open.id"};

const db::Statement sessions_revoked_of{
    "sessions_revoked_of",
    "SELECT id::text FROM sessions WHERE user_id = $1 AND revoked_at > now() - $2 * interval '1 second'"};

const db::Statement database_clock{"database_clock", "SELECT now()"};

const db::Statement sessions_revoked_after{
    "sessions_revoked_after",
    "SELECT revoked_at, id::text FROM sessions "
    "WHERE revoked_at >= $1 AND (revoked_at > $1 OR id > $2::text::uuid) ORDER BY revoked_at, id LIMIT $3"};

const db::Statement users_removed_after{
    "users_removed_after",
    "SELECT removed_at, user_id FROM removed_users "
    "WHERE removed_at >= $1 AND (removed_at > $1 OR user_id > $2) ORDER BY removed_at, user_id LIMIT $3"};

// What somebody is at work on is left for the next time.
const db::Statement delete_expired_tokens{
    "delete_expired_tokens",
    "DELETE FROM refresh_tokens WHERE token_hash IN (SELECT token_hash FROM refresh_tokens "
    "WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)"};

const db::Statement delete_expired_sessions{
    "delete_expired_sessions",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= now() ORDER BY expires_at "
    "LIMIT $1 FOR UPDATE SKIP LOCKED)"};

const db::Statement delete_revoked_sessions{
    "delete_revoked_sessions",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions "
    "WHERE revoked_at <= now() - $2 * interval '1 second' ORDER BY revoked_at LIMIT $1 "
    "FOR UPDATE SKIP LOCKED)"};

}  // namespace

Task<Rotation> SessionStore::rotate(std::string used_digest, std::string new_digest,
                                    std::chrono::seconds grace, std::chrono::seconds lifetime) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&lock_family, db::params(db::Bytes{used_digest})});
    steps.push_back({&rotate_refresh_token, db::params(db::Bytes{used_digest}, db::Bytes{new_digest},
                                                       grace.count(), lifetime.count())});
    const auto results = co_await pool_.transaction(std::move(steps));
    const auto& rows = results.back();
    Rotation rotation;
    if (rows.empty()) co_return rotation;
    rotation.outcome = rows.boolean(0, 2) ? Rotation::Outcome::reused : Rotation::Outcome::rotated;
    rotation.session = rows.text(0, 0);
    rotation.user = UserId{rows.integer(0, 1)};
    co_return rotation;
}

Task<void> SessionStore::revoke(std::string session, UserId user) {
    co_await pool_.query(revoke_session, db::params(session, user));
}

Task<std::vector<std::string>> SessionStore::revoke_all(UserId user, std::chrono::seconds recently) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&revoke_sessions, db::params(user)});
    steps.push_back({&sessions_revoked_of, db::params(user, recently.count())});
    const auto results = co_await pool_.transaction(std::move(steps));
    const auto& rows = results.back();
    std::vector<std::string> sessions;
    for (int row = 0; row < rows.size(); ++row) sessions.emplace_back(rows.text(row, 0));
    co_return sessions;
}

Task<Timestamp> SessionStore::clock() {
    const auto rows = co_await pool_.query(database_clock, db::params());
    co_return rows.timestamp(0, 0);
}

Task<std::vector<SessionMark>> SessionStore::revoked_after(SessionMark mark, std::int64_t most) {
    const auto rows =
        co_await pool_.query(sessions_revoked_after, db::params(mark.revoked_at, mark.id, most));
    std::vector<SessionMark> found;
    for (int row = 0; row < rows.size(); ++row)
        found.push_back({rows.timestamp(row, 0), std::string(rows.text(row, 1))});
    co_return found;
}

Task<std::vector<RemovalMark>> SessionStore::removed_after(RemovalMark mark, std::int64_t most) {
    const auto rows = co_await pool_.query(users_removed_after, db::params(mark.removed_at, mark.user, most));
    std::vector<RemovalMark> found;
    for (int row = 0; row < rows.size(); ++row)
        found.push_back({rows.timestamp(row, 0), UserId{rows.integer(row, 1)}});
    co_return found;
}

Task<bool> SessionStore::delete_expired(std::chrono::seconds keep_revoked, CleanupLimits limits) {
    const auto tokens = co_await pool_.query(delete_expired_tokens, db::params(limits.tokens));
    const auto expired = co_await pool_.query(delete_expired_sessions, db::params(limits.sessions));
    const auto revoked =
        co_await pool_.query(delete_revoked_sessions, db::params(limits.sessions, keep_revoked.count()));
    co_return tokens.affected() == limits.tokens || expired.affected() == limits.sessions ||
        revoked.affected() == limits.sessions;
}

}  // namespace roost::auth
