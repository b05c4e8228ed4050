#include "messages/log_writer.hpp"

#include "core/log.hpp"

#include <algorithm>
#include <cassert>
#include <random>

namespace roost::messages {

using namespace std::chrono_literals;

namespace {

constexpr auto retry_pause = 100ms;
constexpr Seq places_per_read = 1'000;
constexpr std::size_t most_turned_away = 100'000;

std::int64_t random_writer() {
    std::random_device device;
    return std::uniform_int_distribution<std::int64_t>{1}(device);
}

bool is_answered(const std::vector<WaitingPtr>& entries) {
    return std::ranges::all_of(entries, &Waiting::is_answered,
                               [](const auto& entry) -> const Waiting& { return *entry; });
}

// The row may be as it should, and the database cannot store it: a file that cannot grow, a page that cannot
// be read, a file system that has become read-only (PostgreSQL, appendix A and errcode_for_file_access).
bool is_about_the_disk(const db::Error& error) {
    const auto& sqlstate = error.sqlstate();
    return sqlstate.starts_with("58") || sqlstate.starts_with("XX") || sqlstate == "42501";
}

// A deleted message does not change any more, but that its author may yet be forgotten.
bool is_done(const Change& change, const Message& message) {
    return message.deleted_at && !(change.forgets_author && message.user.id != deleted_user().id);
}

}  // namespace

LogWriter::LogWriter(const db::ConnectionOptions& options, Sequencer& sequencer,
                     const LogWriterLimits& limits)
    : limits_(limits), connection_(options), store_(connection_, random_writer()),
      queue_({limits.waiting_entries, limits.waiting_bytes, limits.answer_within}), sequencer_(sequencer),
      counters_(std::max(limits.known_counters, 8 * limits.rows_per_batch)), lost_access_(most_turned_away) {}

LogWriter::~LogWriter() {
    stop();
}

void LogWriter::stop() {
    stopping_ = true;
    connection_.close();
    pause_.cut();
    assert(!running_);
}

Task<Result<Posted>> LogWriter::append(Post post) {
    return enqueue(std::move(post));
}

Task<Result<Posted>> LogWriter::append(Change change) {
    return enqueue(std::move(change));
}

Task<Result<Posted>> LogWriter::enqueue(Entry entry) {
    if (recovering_ || is_refused_ || stopping_) throw db::Unavailable("nothing can be stored now");
    const auto* post = std::get_if<Post>(&entry);
    if (post != nullptr && closed_to_.contains(post->author.id)) co_return Problem(Errc::unauthorized);
    if (const auto refusal = lost_access_.refusal_of(entry)) co_return Problem(*refusal);
    if (!queue_.has_room_for(entry)) co_return Problem(Errc::overloaded);
    struct Wait {
        LogWriter& writer;
        Entry& entry;
        WaitingPtr waiting = nullptr;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> caller) {
            waiting = writer.queue_.add(std::move(entry), caller);
            if (!writer.running_) spawn(writer.run(), [](const std::exception_ptr&) { assert(false); });
        }
        void await_resume() const {
            if (waiting->failure) std::rethrow_exception(waiting->failure);
        }
    };
    Wait wait{*this, entry};
    co_await wait;
    co_return std::move(*wait.waiting->outcome);
}

Task<None> LogWriter::close_to(UserId author) {
    closed_to_.insert(author);
    const auto refusal = [author](const Entry& entry) -> std::optional<Errc> {
        const auto* post = std::get_if<Post>(&entry);
        if (post == nullptr || post->author.id != author) return std::nullopt;
        return Errc::unauthorized;
    };
    return refuse(refusal);
}

Task<None> LogWriter::turn_away(RoomId room, rooms::AccessLost lost) {
    lost_access_.add(room, lost, Clock::now());
    const auto refusal = [room, lost = std::move(lost)](const Entry& entry) {
        return refusal_of(entry, room, lost);
    };
    return refuse(refusal);
}

Task<None> LogWriter::refuse(AppendQueue::Refusal refusal) {
    struct Wait {
        LogWriter& writer;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> caller) const {
            writer.until_told_.emplace_back(writer.taken_, caller);
        }
        void await_resume() const noexcept {}
    };
    if (!queue_.refuse(refusal)) co_return None();
    Wait wait{*this};
    co_await wait;
    co_return None();
}

// --- Batches, one after the other

Task<void> LogWriter::run() {
    running_ = true;
    std::optional<StoredBatch> last;
    while (last || !queue_.empty()) {
        if (last && (queue_.empty() || !gaps_before(*last, sequencer_).empty())) {
            co_await tell_in_order(std::move(*last));
            last.reset();
            is_told();
            continue;
        }
        ++taken_;
        auto entries = queue_.take_batch(limits_.rows_per_batch);
        Started next(write(std::move(entries)));
        if (last) {
            tell(std::move(*last), sequencer_);
            is_told();
        }
        last = co_await next;
        is_refused_ = false;  // the next one is tried, whatever became of this one
        if (!last) is_told();
    }
    running_ = false;
}

void LogWriter::is_told() {
    ++told_;
    queue_.batch_is_done();
    while (!until_told_.empty() && until_told_.front().first <= told_) {
        const auto caller = until_told_.front().second;
        until_told_.pop_front();
        caller.resume();
    }
}

// A row that PostgreSQL refuses for itself fails alone: the others are sent again one by one. Nothing when
// there is nothing left to tell of.
Task<std::optional<StoredBatch>> LogWriter::write(std::vector<WaitingPtr> entries) {
    std::vector<const Entry*> contents;
    for (const auto& waiting : entries) contents.push_back(&waiting->entry);
    std::exception_ptr failure;
    bool was_refused = false;
    try {
        Batch batch(contents);
        co_return co_await write_batch(entries, std::move(batch));
    } catch (const db::Error& error) {
        if (entries.size() == 1) log::error("an entry was refused, SQLSTATE {}", error.sqlstate());
        failure = is_about_the_disk(error)
                      ? std::make_exception_ptr(db::Unavailable("PostgreSQL could not store a row"))
                      : std::current_exception();
        was_refused = true;
    } catch (const db::Unavailable&) {
        failure = std::current_exception();
    } catch (const std::exception&) {
        log::error("an append failed");
        failure = std::current_exception();
    }
    if (!was_refused || entries.size() == 1) {
        for (const auto& waiting : entries) waiting->fail(failure);
        co_return std::nullopt;
    }
    for (const auto& waiting : entries) {
        if (waiting->is_answered()) continue;
        std::vector<WaitingPtr> alone{waiting};
        auto stored = co_await write(std::move(alone));
        if (stored) co_await tell_in_order(std::move(*stored));
    }
    co_return std::nullopt;
}

Task<std::optional<StoredBatch>> LogWriter::write_batch(const std::vector<WaitingPtr>& entries, Batch batch) {
    const auto at = Timestamp::now();
    // Another writer may be faster many times in a row: tried again as long as anybody waits for it.
    while (!batch.empty() && !is_answered(entries)) {
        co_await number(batch);
        auto changed = co_await try_append(entries, batch, at);
        if (!changed) continue;
        goes_through();
        for (const auto& row : batch.rows()) *counters_.find(batch.room(row).id) = row.seq;
        StoredBatch stored{entries, std::move(batch), at, std::move(*changed)};
        co_return stored;
    }
    co_return std::nullopt;
}

Task<void> LogWriter::number(Batch& batch) {
    std::vector<RoomId> unknown;
    for (const auto room : batch.rooms())
        if (counters_.find(room) == nullptr) unknown.push_back(room);
    if (!unknown.empty()) {
        auto read = [this, &unknown] { return store_.counters(unknown); };
        const auto counters = co_await ask(read);
        for (const auto& [room, counter] : counters) {
            counters_.put(room, counter);
            // What was there before, nobody here waits to hear of: whoever reads a room first has it followed
            // from there (RoomReader).
            sequencer_.follow(room, counter);
        }
    }
    batch.number([this](RoomId room) { return *counters_.peek(room); });
}

// Gives the changed messages when all is stored. Nothing: there was a conflict; what was decided before is
// answered, and the rest wants new numbers.
Task<std::optional<MessagesByRow>> LogWriter::try_append(const std::vector<WaitingPtr>& entries, Batch& batch,
                                                         Timestamp at) {
    bool may_have_landed = false;
    while (true) {
        std::optional<db::Error> refusal;
        try {
            co_return co_await store_.append(batch, at);
        } catch (const db::Unavailable& away) {
            may_have_landed = may_have_landed || !away.is_refusal();
            does_not_go_through(away);
        } catch (const db::Error& error) {
            refusal = error;
        }
        if (refusal) co_return co_await resolve(entries, batch, at, std::move(*refusal), may_have_landed);
        co_await recover();
        // What was refused for certain is tried for as long as anybody waits for it; then the next one is.
        if (!may_have_landed && is_answered(entries))
            throw db::Unavailable("an append was refused until nobody waited for it");
    }
}

// `may_have_landed`: the same rows were sent before, and the connection was lost.
Task<std::optional<MessagesByRow>> LogWriter::resolve(const std::vector<WaitingPtr>& entries, Batch& batch,
                                                      Timestamp at, db::Error refusal, bool may_have_landed) {
    const bool is_gone = refusal.sqlstate() == target_is_gone || refusal.constraint() == target_is_earlier;
    const bool is_key = refusal.constraint() == log_key;
    const bool is_client_id = refusal.constraint() == client_id_key;
    // No row was there already. So nothing has landed, nor can it any more: what is gone stays gone.
    if (is_gone && co_await answer_gone(entries, batch)) co_return std::nullopt;
    // All of the messages are there: the numbers are too low, for another writer is ahead.
    if (refusal.constraint() == target_is_earlier) {
        for (const auto room : batch.rooms()) counters_.erase(room);
        co_return std::nullopt;
    }
    if (!is_key && !is_client_id) {
        if (!may_have_landed) throw std::move(refusal);
        // The rows must not be sent again one by one: those sent before may be stored yet.
        throw db::Unavailable("what became of an append is not known");
    }
    if (may_have_landed || is_key) {
        const auto& first = batch.rows().front();
        auto is_ours = [&] { return store_.is_ours(batch.room(first).id, first.seq, at); };
        const bool landed = co_await ask(is_ours);
        auto changed = [&] { return store_.find_targets(batch); };
        if (landed) co_return co_await ask(changed);
    }
    if (is_client_id) co_await answer_stored(entries, batch);
    for (const auto room : batch.rooms()) counters_.erase(room);
    co_return std::nullopt;
}

Task<void> LogWriter::answer_stored(const std::vector<WaitingPtr>& entries, Batch& batch) {
    auto find = [&] { return store_.find_stored(batch); };
    const auto stored = co_await ask(find);
    for (auto found = stored.rbegin(); found != stored.rend(); ++found) {
        const auto row = batch.rows()[found->first];
        batch.remove(found->first);
        const Posted posted{found->second, false};
        for (const auto follower : row.followers) entries[follower]->answer(Posted(posted));
        entries[row.entry]->answer(Posted(posted));
    }
}

// Another node was faster, or two callers changed the same message at once. True if that was it.
Task<bool> LogWriter::answer_gone(const std::vector<WaitingPtr>& entries, Batch& batch) {
    auto find = [&] { return store_.find_targets(batch); };
    const auto targets = co_await ask(find);
    const auto rows_before = batch.rows().size();
    for (auto i = rows_before; i-- > 0;) {
        const auto row = batch.rows()[i];
        const auto* change = batch.change(row);
        const auto found = targets.find(i);
        const bool is_there = found != targets.end();
        if (change == nullptr) continue;
        if (is_there && !is_done(*change, found->second)) continue;
        batch.remove(i);
        auto& waiting = *entries[row.entry];
        if (!is_there) waiting.answer(Problem(Errc::message_not_found));
        else if (change->is_deletion()) waiting.answer(Posted{found->second, false});
        else waiting.answer(Problem(Errc::message_deleted));
    }
    co_return batch.rows().size() < rows_before;
}

// Also the rows of other writers that came between.
Task<void> LogWriter::tell_in_order(StoredBatch stored) {
    try {
        for (const auto& [room, first, last] : gaps_before(stored, sequencer_))
            co_await publish_others(*room, first, last);
        tell(std::move(stored), sequencer_);
    } catch (const db::Unavailable&) {  // the server stops: nothing may be told of without what came before
        for (const auto& waiting : stored.entries) waiting->fail(std::current_exception());
    }
}

// What is stored is acknowledged, even if the rows of others cannot be read.
Task<void> LogWriter::publish_others(const rooms::Room& room, Seq first, Seq last) {
    try {
        for (auto from = first; from <= last; from += places_per_read) {
            const auto to = std::min(from + places_per_read - 1, last);
            auto range = [&] { return store_.range(room.slug, room.id, from, to); };
            const auto others = co_await ask(range);
            for (const auto& record : others) sequencer_.publish(record);
        }
    } catch (const db::Error& error) {
        log::error("rows of another writer could not be read, SQLSTATE {}", error.sqlstate());
    }
}

// --- When the database is away

template <class Ask>
auto LogWriter::ask(Ask question) -> decltype(question()) {
    while (true) {
        try {
            co_return co_await question();
        } catch (const db::Unavailable&) {
            if (stopping_) throw;
        }
        co_await recover();
    }
}

void LogWriter::does_not_go_through(const db::Unavailable& away) {
    is_refused_ = away.is_refusal();
    if (!std::exchange(is_away_, true) && !stopping_)
        log::warn("messages cannot be stored, they are refused: {}", away.what());
}

void LogWriter::goes_through() {
    if (std::exchange(is_away_, false)) log::info("messages can be stored again");
}

// Comes back when it is worth asking again.
Task<void> LogWriter::recover() {
    recovering_ = true;
    co_await pause_.wait(retry_pause);
    co_await connection_.attempt();
    if (stopping_) throw db::Unavailable("the server stops");
    recovering_ = !connection_.is_ready();
}

}  // namespace roost::messages
