// Appends posts, edits and deletions to the logs of the rooms at home on this core, optimistically
// (architecture.md, "Appending").
//
// Entries wait in one queue; while a batch is on its way the next one gathers, so that there is no timer and
// no lock, and one trip for all that waits. The next one is sent before the last one is told of, so that
// PostgreSQL works while this core does. The primary key is the judge: a conflict renumbers the batch.
// After a lost connection the very same rows are sent again until it is known whether they landed. What is
// committed is broadcast in order, and only then acknowledged.
#pragma once

#include "core/generations.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "db/connection.hpp"
#include "messages/append_queue.hpp"
#include "messages/batch.hpp"
#include "messages/log_store.hpp"
#include "messages/lost_access.hpp"
#include "messages/pause.hpp"
#include "messages/sequencer.hpp"
#include "messages/stored_batch.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace roost::messages {

struct LogWriterLimits {
    std::size_t rows_per_batch = 1'000;
    std::size_t waiting_entries = 10'000;            // more are refused as overloaded
    std::size_t waiting_bytes = 16 * 1024 * 1024;    // of what waits or is under way; the same
    std::chrono::milliseconds answer_within{5'000};  // then an entry is answered as unavailable
    std::size_t known_counters = 100'000;            // of rooms; the others are read when they are needed
};

// One for each home core; made, used and destroyed there.
class LogWriter {
public:
    LogWriter(const db::ConnectionOptions& options, Sequencer& sequencer, const LogWriterLimits& limits);
    ~LogWriter();

    // Returns when the message is stored and broadcast. Fails with overloaded; with unauthorized for an
    // author to whom the log is closed. Throws db::Unavailable when the database does not answer in time:
    // then the post is not acknowledged, though it may be stored yet.
    Task<Result<Posted>> append(Post post);
    // The same with a change; gives the message as it is then. Fails with message_not_found, and an edit with
    // message_deleted. A deletion of a deleted message is no new change.
    Task<Result<Posted>> append(Change change);
    // The author's account is gone: refuses posts of that author from now on. When this returns, none is on
    // its way any more.
    Task<None> close_to(UserId author);
    // Somebody lost access to a room: refuses what they asked for before, with room_not_found, or
    // message_not_found for a change. When this returns, none of it is on its way any more; what they ask for
    // from now on is not refused. To be called when the database and every core's memory have the loss.
    Task<None> turn_away(RoomId room, rooms::AccessLost lost);
    // Fails whoever waits, and every later append, as unavailable.
    void stop();

private:
    Task<Result<Posted>> enqueue(Entry entry);
    Task<None> refuse(AppendQueue::Refusal refusal);
    Task<void> run();
    Task<std::optional<StoredBatch>> write(std::vector<WaitingPtr> entries);
    Task<std::optional<StoredBatch>> write_batch(const std::vector<WaitingPtr>& entries, Batch batch);
    Task<std::optional<MessagesByRow>> try_append(const std::vector<WaitingPtr>& entries, Batch& batch,
                                                  Timestamp at);
    Task<std::optional<MessagesByRow>> resolve(const std::vector<WaitingPtr>& entries, Batch& batch,
                                               Timestamp at, db::Error refusal, bool may_have_landed);
    Task<void> answer_stored(const std::vector<WaitingPtr>& entries, Batch& batch);
    Task<bool> answer_gone(const std::vector<WaitingPtr>& entries, Batch& batch);
    Task<void> number(Batch& batch);
    Task<void> tell_in_order(StoredBatch stored);
    void is_told();
    Task<void> publish_others(const rooms::Room& room, Seq first, Seq last);
    // Asks again while the database is away. Ends with Unavailable when the writer is destroyed.
    template <class Ask>
    auto ask(Ask question) -> decltype(question());
    Task<void> recover();
    void does_not_go_through(const db::Unavailable& away);
    void goes_through();

    LogWriterLimits limits_;
    db::Connection connection_;
    LogStore store_;
    AppendQueue queue_;
    Sequencer& sequencer_;
    // Of the rooms written to last, many more than a batch has. One that is forgotten is read again.
    Generations<RoomId, Seq> counters_;
    std::unordered_set<UserId> closed_to_;
    LostAccess lost_access_;
    // Those who wait until a batch is told of, by its number, and all before it.
    std::deque<std::pair<std::uint64_t, std::coroutine_handle<>>> until_told_;
    std::uint64_t taken_ = 0;  // batches
    std::uint64_t told_ = 0;
    Pause pause_;
    bool running_ = false;
    bool recovering_ = false;  // the database is away, and what became of a batch is not known
    bool is_refused_ = false;  // the batch under way, for a reason that has nothing to do with it
    bool is_away_ = false;     // the log says so
    bool stopping_ = false;
};

}  // namespace roost::messages
