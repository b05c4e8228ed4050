#include "auth/session_store.hpp"

namespace roost::auth {
namespace {

const db::Statement insert_session{
    "insert_session",
    "INSERT INTO sessions (id, user_id, inserted_at, expires_at) VALUES ($1::text::uuid, $2, $3, $4)"};

const db::Statement insert_refresh_token{
    "insert_refresh_token",
    "INSERT INTO refresh_tokens (token_hash, session_id, inserted_at, expires_at) "
    "VALUES ($1, $2::text::uuid, $3, $4)"};

}  // namespace

Task<void> SessionStore::insert(std::string session, UserId user, std::string refresh_digest, Timestamp now,
                                Timestamp expires_at) {
    std::vector<db::Connection::Step> steps;
    steps.push_back({&insert_session, db::params(session, user, now, expires_at)});
    steps.push_back({&insert_refresh_token, db::params(db::Bytes{refresh_digest}, session, now, expires_at)});
    co_await pool_.transaction(std::move(steps));
}

}  // namespace roost::auth
