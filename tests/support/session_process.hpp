// For tests of sessions: a database with two users, and processes of some cores each that share it.
#pragma once

#include "auth/sessions.hpp"
#include "core/log.hpp"
#include "db/pool.hpp"
#include "support/cluster.hpp"
#include "support/on_core.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <spdlog/sinks/ostream_sink.h>

#include <atomic>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace roost::test {

constexpr UserId ann{1};
constexpr UserId bob{2};

struct SessionDatabase {
    SessionDatabase() : conninfo(fresh_database()), admin(conninfo) {
        admin.exec(
            "insert into users (email, name, password_hash) values ('ann@example.com', 'Ann', ''), "
            "('bob@example.com', 'Bob', '')");
    }
    [[nodiscard]] std::string one(const std::string& sql) {
        return admin.query(sql).at(0).at(0).value_or("null");
    }
    void store(UserId user, const auth::NewSession& session) {
        std::string digest;
        for (const char byte : session.refresh_digest)
            digest += fmt::format("{:02x}", static_cast<unsigned char>(byte));
        const auto seconds = [](Timestamp time) {
            return fmt::format("{}.{:06}", time.unix_s(), time.unix_us() % 1'000'000);
        };
        admin.query(
            "with session as (insert into sessions (id, user_id, inserted_at, expires_at) "
            "values ($1::uuid, $2, to_timestamp($4::numeric), to_timestamp($5::numeric)) returning *) "
            "insert into refresh_tokens (token_hash, session_id, inserted_at, expires_at) "
            "select decode($3, 'hex'), id, inserted_at, expires_at from session",
            {session.id, fmt::to_string(user.value()), digest, seconds(session.at),
             seconds(session.expires_at)});
    }
    // As if what happened had happened earlier.
    void age_first_uses(const std::string& by) {
        admin.exec("update refresh_tokens set first_used_at = first_used_at - interval '" + by + "'");
    }

    std::string conninfo;
    db::BlockingConnection admin;
};

// One core's: a pool and its sessions.
struct CoreSessions {
    CoreSessions(const SessionDatabase& database, const auth::AccessTokens& tokens,
                 auth::SharedRevocations& revocations, const auth::SessionOptions& options)
        : pool(db::ConnectionOptions{.conninfo = database.conninfo}, 2),
          sessions(tokens, pool, revocations, options) {}

    db::Pool pool;
    auth::Sessions sessions;
};

class SessionProcess {
public:
    explicit SessionProcess(SessionDatabase& database, unsigned cores = 2)
        : database_(database), cores_(cores), revocations_(cores_.all()),
          sessions_(cores_.all(), [&](net::Core&) {
              auth::SessionOptions options;
              options.now = [this] { return Timestamp::now() + std::chrono::seconds(ahead_.load()); };
              return std::make_unique<CoreSessions>(database, access_tokens_, revocations_, options);
          }) {}

    [[nodiscard]] RunningCores& cores() { return cores_; }
    [[nodiscard]] auth::SharedRevocations& revocations() { return revocations_; }
    [[nodiscard]] const auth::AccessTokens& access_tokens() const { return access_tokens_; }
    [[nodiscard]] auth::Sessions& sessions(unsigned core) { return sessions_[core].sessions; }
    [[nodiscard]] db::Pool& pool(unsigned core) { return sessions_[core].pool; }

    // Runs a task on a core and gives what it gives.
    template <class F>
    auto on(unsigned core, F f) {
        using T = typename net::detail::TaskValue<std::invoke_result_t<F&>>::type;
        std::optional<T> value;
        cores_.run([&] { return keep(f, value); }, core);
        return std::move(*value);
    }
    // Moves this process's clock, not the database's.
    void advance(std::chrono::seconds time) { ahead_ += time.count(); }

    // As accounts do it.
    auth::Tokens open(UserId user) {
        std::optional<auth::NewSession> session;
        std::optional<auth::Tokens> tokens;
        cores_.call([&] { session = sessions(0).prepare(); });
        database_.store(user, *session);
        cores_.call([&] { tokens = sessions(0).tokens_for(user, *session); });
        return std::move(*tokens);
    }
    Result<auth::Refreshed> refresh(const std::string& token, unsigned core = 0) {
        return on(core, [&] { return sessions(core).refresh(token); });
    }
    // Nothing for a token that is refused.
    std::optional<auth::Identity> verify(const std::string& token, unsigned core = 0) {
        std::optional<auth::Identity> identity;
        cores_.call(
            [&] {
                auto verified = sessions(core).verify(token);
                if (verified) identity = *verified;
                else CHECK(verified.error().errc() == Errc::unauthorized);
            },
            core);
        return identity;
    }
    bool is_current(const auth::Identity& identity, unsigned core = 0) {
        bool current = false;
        cores_.call([&] { current = sessions(core).is_current(identity); }, core);
        return current;
    }
    void run(const std::function<Task<void>()>& body, unsigned core = 0) { cores_.run(body, core); }

private:
    template <class F, class T>
    static Task<void> keep(F& f, std::optional<T>& value) {
        value.emplace(co_await f());
    }

    SessionDatabase& database_;
    auth::AccessTokens access_tokens_{std::string(32, 's')};
    std::atomic<std::int64_t> ahead_ = 0;  // seconds
    RunningCores cores_;
    auth::SharedRevocations revocations_;
    net::PerCore<CoreSessions> sessions_;
};

class CapturedAudit {
public:
    CapturedAudit() { log::audit_to(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)); }
    ~CapturedAudit() { log::audit_to(nullptr); }
    CapturedAudit(const CapturedAudit&) = delete;
    CapturedAudit& operator=(const CapturedAudit&) = delete;

    [[nodiscard]] std::string text() const { return stream_.str(); }
    // How many lines hold the words.
    [[nodiscard]] int count(const std::string& words) const {
        std::istringstream lines(text());
        int count = 0;
        for (std::string line; std::getline(lines, line);)
            count += line.find(words) != std::string::npos ? 1 : 0;
        return count;
    }

private:
    std::ostringstream stream_;
};

}  // namespace roost::test
