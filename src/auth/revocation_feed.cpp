#include "auth/revocation_feed.hpp"

#include "core/log.hpp"
#include "net/per_core.hpp"

#include <cassert>
#include <utility>

namespace roost::auth {

using namespace std::chrono_literals;

namespace {

// Read again each time: a row gets its time when its transaction begins and is seen when that has ended.
constexpr auto overlap = 60s;
// Longer than revoked sessions are remembered: when the row goes, nobody needs to learn of it.
constexpr auto keep_revoked = 60min;
static_assert(keep_revoked > Revocations::session_memory + overlap);

constexpr auto first_uuid = "00000000-0000-0000-0000-000000000000";

}  // namespace

RevocationFeed::RevocationFeed(net::Core& core, db::Pool& pool, SharedRevocations& revocations,
                               FeedOptions options)
    : core_(core), store_(pool), revocations_(revocations), options_(options) {
    net::run_blocking(core_, [this] { timer_.emplace(); });
}

RevocationFeed::~RevocationFeed() {
    net::run_blocking(core_, [this] {
        is_stopping_ = true;
        timer_->cancel();
        if (!is_reading_) stopped_.set_value();
    });
    stopped_.get_future().wait();
    net::run_blocking(core_, [this] { timer_.reset(); });
}

void RevocationFeed::start() {
    auto loaded = loaded_.get_future();
    net::run_blocking(core_, [this] { spawn(run(), [](const std::exception_ptr&) { assert(false); }); });
    loaded.get();
}

Task<void> RevocationFeed::run() {
    is_reading_ = true;
    std::exception_ptr failure;
    try {
        co_await read();
        co_await clean_up();
        is_failing_ = false;
    } catch (const db::Error& error) {
        if (!std::exchange(is_failing_, true))
            log::error("revocations could not be read, SQLSTATE {}", error.sqlstate());
        failure = std::current_exception();
    } catch (const db::Unavailable&) {  // which its connection has logged
        failure = std::current_exception();
    }
    is_reading_ = false;
    if (!is_loaded_ && failure) co_return loaded_.set_exception(failure);
    if (!std::exchange(is_loaded_, true)) loaded_.set_value();
    if (is_stopping_) stopped_.set_value();
    else wait();
}

void RevocationFeed::wait() {
    timer_->start(options_.read_every,
                  [this] { spawn(run(), [](const std::exception_ptr&) { assert(false); }); });
}

Task<void> RevocationFeed::read() {
    const auto now = co_await store_.clock();
    co_await read_sessions(read_until_.value_or(now + -Revocations::session_memory) + -overlap);
    co_await read_removals(read_until_.value_or(now + -Revocations::user_memory) + -overlap);
    read_until_ = now;
}

// A page is spread before the next one is read.
Task<void> RevocationFeed::read_sessions(Timestamp since) {
    SessionMark mark{since, first_uuid};
    for (bool more = true; more;) {
        auto rows = co_await store_.revoked_after(mark, options_.rows_per_read);
        more = static_cast<std::int64_t>(rows.size()) == options_.rows_per_read;
        if (rows.empty()) co_return;
        mark = rows.back();
        Revoked revoked;
        for (const auto& row : rows)
            if (const auto id = SessionId::parse(row.id)) revoked.sessions.push_back(*id);
        auto news = revocations_.here().news_in(revoked);
        if (!news.empty()) co_await revocations_.spread(std::move(news), Timestamp::now());
    }
}

Task<void> RevocationFeed::read_removals(Timestamp since) {
    RemovalMark mark{since, UserId{}};
    for (bool more = true; more;) {
        const auto rows = co_await store_.removed_after(mark, options_.rows_per_read);
        more = static_cast<std::int64_t>(rows.size()) == options_.rows_per_read;
        if (rows.empty()) co_return;
        mark = rows.back();
        Revoked revoked;
        for (const auto& row : rows) revoked.removed.push_back(row.user);
        auto news = revocations_.here().news_in(revoked);
        if (!news.empty()) co_await revocations_.spread(std::move(news), Timestamp::now());
    }
}

// Not before the first request is served, which may wait for the start.
Task<void> RevocationFeed::clean_up() {
    if (!is_loaded_ || Clock::now() < next_cleanup_) co_return;
    const bool more_is_left = co_await store_.delete_expired(keep_revoked, options_.cleanup);
    if (!more_is_left) next_cleanup_ = Clock::now() + options_.clean_up_every;
}

}  // namespace roost::auth
