#include "messages/log_writer.hpp"

#include "core/log.hpp"
#include "schema/encode.hpp"

#include <algorithm>
#include <cassert>
#include <random>

namespace roost::messages {

using namespace std::chrono_literals;

namespace {

constexpr auto retry_pause = 100ms;
constexpr auto expiry_step = 250ms;

std::int64_t random_writer() {
    std::random_device device;
    return std::uniform_int_distribution<std::int64_t>{1}(device);
}

}  // namespace

// A post and whoever waits for it.
struct LogWriter::Waiting {
    Post post;
    Clock::time_point deadline;
    std::coroutine_handle<> caller;
    std::optional<Posted> posted;
    std::exception_ptr failure;

    [[nodiscard]] bool is_answered() const noexcept { return !caller; }
    void resume() {
        if (auto waiting = std::exchange(caller, nullptr)) waiting.resume();
    }
    void answer(const Message& message, bool is_new) {
        if (is_answered()) return;
        posted = Posted{message, is_new};
        resume();
    }
    void fail(std::exception_ptr why) {
        if (is_answered()) return;
        failure = std::move(why);
        resume();
    }
};

LogWriter::LogWriter(const db::ConnectionOptions& options, pubsub::Hub& hub, const LogWriterLimits& limits)
    : limits_(limits), hub_(hub), connection_(options), store_(connection_, random_writer()) {}

LogWriter::~LogWriter() {
    stop();
}

void LogWriter::stop() {
    stopping_ = true;
    connection_.close();
    if (auto pausing = std::exchange(pausing_, nullptr)) pausing.resume();
    assert(!running_);
}

Task<Result<Posted>> LogWriter::append(Post post) {
    if (recovering_ || stopping_) throw db::Unavailable("what became of the last batch is not known yet");
    if (queue_.size() >= limits_.waiting_posts) co_return Problem(Errc::overloaded);
    struct Wait {
        LogWriter& writer;
        WaitingPtr waiting;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> caller) const {
            waiting->caller = caller;
            writer.queue_.push_back(waiting);
            writer.arm_expiry();
            if (!writer.running_) spawn(writer.run(), [](const std::exception_ptr&) { assert(false); });
        }
        void await_resume() const noexcept {}
    };
    auto waiting = std::make_shared<Waiting>();
    waiting->post = std::move(post);
    waiting->deadline = Clock::now() + limits_.answer_within;
    Wait wait{*this, waiting};
    co_await wait;
    if (waiting->failure) std::rethrow_exception(waiting->failure);
    co_return std::move(*waiting->posted);
}

// --- Batches, one after the other

Task<void> LogWriter::run() {
    running_ = true;
    while (!queue_.empty()) {
        const auto count = std::min(queue_.size(), limits_.rows_per_batch);
        const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
        under_way_.assign(queue_.begin(), end);
        queue_.erase(queue_.begin(), end);
        co_await write(under_way_);
        under_way_.clear();
    }
    running_ = false;
}

// A row that PostgreSQL refuses for itself fails alone: the others are sent again one by one.
Task<void> LogWriter::write(std::vector<WaitingPtr> posts) {
    std::vector<const Post*> contents;
    for (const auto& waiting : posts) contents.push_back(&waiting->post);
    std::exception_ptr failure;
    bool was_refused = false;
    try {
        Batch batch(contents);
        co_await write_batch(posts, std::move(batch));
        co_return;
    } catch (const db::Error& error) {
        if (posts.size() == 1) log::error("a post was refused, SQLSTATE {}", error.sqlstate());
        failure = std::current_exception();
        was_refused = true;
    } catch (const db::Unavailable&) {
        if (!stopping_) log::warn("an append was given up: the database is away");
        failure = std::current_exception();
    } catch (const std::exception&) {
        log::error("an append failed");
        failure = std::current_exception();
    }
    if (!was_refused || posts.size() == 1) {
        for (const auto& waiting : posts) waiting->fail(failure);
        co_return;
    }
    for (const auto& waiting : posts) {
        if (waiting->is_answered()) continue;
        std::vector<WaitingPtr> alone{waiting};
        co_await write(std::move(alone));
    }
}

Task<void> LogWriter::write_batch(const std::vector<WaitingPtr>& posts, Batch batch) {
    const auto at = Timestamp::now();
    const auto is_answered = [](const WaitingPtr& waiting) { return waiting->is_answered(); };
    // Another writer may be faster many times in a row: tried again as long as anybody waits for it.
    while (!batch.empty() && !std::ranges::all_of(posts, is_answered)) {
        co_await number(batch);
        const bool stored = co_await try_insert(posts, batch, at);
        if (stored) co_return co_await commit(posts, batch, at);
    }
}

Task<void> LogWriter::number(Batch& batch) {
    std::vector<RoomId> unknown;
    for (const auto room : batch.rooms())
        if (!counters_.contains(room)) unknown.push_back(room);
    if (!unknown.empty()) {
        auto read = [this, &unknown] { return store_.counters(unknown); };
        const auto counters = co_await ask(read);
        for (const auto& [room, counter] : counters) {
            counters_[room] = counter;
            // What was there before this process first wrote to the room, nobody waits to hear from it.
            published_.try_emplace(room, counter);
        }
    }
    batch.number(counters_);
}

// True: the rows are stored. False: there was a conflict; what was stored before is answered, and the rest
// wants new numbers.
Task<bool> LogWriter::try_insert(const std::vector<WaitingPtr>& posts, Batch& batch, Timestamp at) {
    bool may_have_landed = false;
    while (true) {
        std::string refused_by;
        try {
            co_await store_.insert(batch, at);
            co_return true;
        } catch (const db::Unavailable&) {
            may_have_landed = true;
        } catch (const db::Error& error) {
            refused_by = error.constraint();
            const bool is_conflict = refused_by == log_key || refused_by == client_id_key;
            if (!is_conflict && !may_have_landed) throw;
            // The rows must not be sent again one by one: those sent before may be stored yet.
            if (!is_conflict) throw db::Unavailable("what became of an append is not known");
        }
        if (refused_by.empty()) {
            co_await recover();
            continue;
        }
        if (may_have_landed || refused_by == log_key) {
            const auto& first = batch.rows().front();
            auto is_ours = [&] { return store_.is_ours(batch.post(first).room.id, first.seq, at); };
            const bool landed = co_await ask(is_ours);
            if (landed) co_return true;
        }
        if (refused_by == client_id_key) co_await answer_stored(posts, batch);
        for (const auto room : batch.rooms()) counters_.erase(room);
        co_return false;
    }
}

Task<void> LogWriter::answer_stored(const std::vector<WaitingPtr>& posts, Batch& batch) {
    auto find = [&] { return store_.find_stored(batch); };
    const auto stored = co_await ask(find);
    for (auto found = stored.rbegin(); found != stored.rend(); ++found) {
        const auto row = batch.rows()[found->first];
        batch.remove(found->first);
        posts[row.post]->answer(found->second, false);
        for (const auto follower : row.followers) posts[follower]->answer(found->second, false);
    }
}

// Broadcasts in the order of each room's log, also rows of other writers that came between, and then answers.
Task<void> LogWriter::commit(const std::vector<WaitingPtr>& posts, const Batch& batch, Timestamp at) {
    std::vector<Message> messages;
    for (const auto& row : batch.rows()) {
        const auto& post = batch.post(row);
        auto& published = published_.at(post.room.id);
        if (row.seq > published + 1) co_await publish_others(post.room, published + 1, row.seq - 1);
        messages.push_back({.id = {post.room.id, row.seq},
                            .room = post.room.slug,
                            .seq = row.seq,
                            .changed_seq = row.seq,
                            .content = post.content.str(),
                            .metadata = post.metadata.value_or(JsonObject::empty()),
                            .user = post.author,
                            .inserted_at = at,
                            .updated_at = at,
                            .deleted_at = std::nullopt});
        publish(messages.back());
        published = counters_[post.room.id] = row.seq;
    }
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto& row = batch.rows()[i];
        posts[row.post]->answer(messages[i], true);
        for (const auto follower : row.followers) posts[follower]->answer(messages[i], false);
    }
}

// What is stored is acknowledged, even if the rows of others cannot be read.
Task<void> LogWriter::publish_others(const rooms::Room& room, Seq from, Seq to) {
    try {
        auto range = [&] { return store_.range(room.slug, room.id, from, to); };
        const auto others = co_await ask(range);
        for (const auto& message : others) publish(message);
    } catch (const db::Error& error) {
        log::error("rows of another writer could not be read, SQLSTATE {}", error.sqlstate());
    }
}

void LogWriter::publish(const Message& message) {
    hub_.publish_at_home({.topic = "messages:" + message.room.str(),
                          .event = "new_message",
                          .payload = R"({"message":)" + schema::to_json(message) + '}',
                          .changed_seq = message.changed_seq,
                          .except = 0});
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

// Comes back when it is worth asking again.
Task<void> LogWriter::recover() {
    struct Pause {
        LogWriter& writer;
        bool await_ready() const noexcept { return writer.stopping_; }
        void await_suspend(std::coroutine_handle<> caller) const {
            writer.pausing_ = caller;
            writer.retry_.start(retry_pause, [&writer = writer] {
                if (auto pausing = std::exchange(writer.pausing_, nullptr)) pausing.resume();
            });
        }
        void await_resume() const noexcept {}
    };
    recovering_ = true;
    Pause pause{*this};
    co_await pause;
    co_await connection_.attempt();
    if (stopping_) throw db::Unavailable("the server stops");
    recovering_ = !connection_.is_ready();
}

void LogWriter::arm_expiry() {
    if (std::exchange(expiry_armed_, true)) return;
    expiry_.start(expiry_step, [this] {
        expiry_armed_ = false;
        expire();
        if (!queue_.empty() || !under_way_.empty()) arm_expiry();
    });
}

// Nobody waits longer than the limit. A post of the batch under way may be stored all the same: it is then
// broadcast, and a retry with its client_id finds it.
void LogWriter::expire() {
    const auto now = Clock::now();
    const auto late = std::make_exception_ptr(db::Unavailable("the database did not answer in time"));
    std::vector<WaitingPtr> expired;
    for (const auto& waiting : under_way_)
        if (waiting->deadline <= now) expired.push_back(waiting);
    while (!queue_.empty() && queue_.front()->deadline <= now) {
        expired.push_back(queue_.front());
        queue_.pop_front();
    }
    for (const auto& waiting : expired) waiting->fail(late);
}

}  // namespace roost::messages
