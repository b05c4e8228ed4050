// Appends posts, edits and deletions to the logs of the rooms at home on this core, optimistically
// (architecture.md, "Appending").
//
// Entries wait in one queue; while a batch is on its way the next one gathers, so that there is no timer and
// no lock, and one trip for all that waits. The primary key is the judge: a conflict renumbers the batch.
// After a lost connection the very same rows are sent again until it is known whether they landed. What is
// committed is broadcast in order, and only then acknowledged.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "db/connection.hpp"
#include "messages/append_queue.hpp"
#include "messages/batch.hpp"
#include "messages/log_store.hpp"
#include "messages/pause.hpp"
#include "messages/sequencer.hpp"
#include "pubsub/hub.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <unordered_set>
#include <vector>

namespace roost::messages {

struct LogWriterLimits {
    std::size_t rows_per_batch = 1'000;
    std::size_t waiting_entries = 10'000;            // more are refused as overloaded
    std::chrono::milliseconds answer_within{5'000};  // then an entry is answered as unavailable
};

// One for each home core; made, used and destroyed there.
class LogWriter {
public:
    LogWriter(const db::ConnectionOptions& options, pubsub::Hub& hub, const LogWriterLimits& limits);
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
    // Fails whoever waits, and every later append, as unavailable.
    void stop();

private:
    Task<Result<Posted>> enqueue(Entry entry);
    Task<void> run();
    Task<void> write(std::vector<WaitingPtr> entries);
    Task<void> write_batch(const std::vector<WaitingPtr>& entries, Batch batch);
    Task<std::optional<MessagesByRow>> try_append(const std::vector<WaitingPtr>& entries, Batch& batch,
                                                  Timestamp at);
    Task<std::optional<MessagesByRow>> resolve(const std::vector<WaitingPtr>& entries, Batch& batch,
                                               Timestamp at, db::Error refusal, bool may_have_landed);
    Task<void> answer_stored(const std::vector<WaitingPtr>& entries, Batch& batch);
    Task<bool> answer_gone(const std::vector<WaitingPtr>& entries, Batch& batch);
    Task<void> number(Batch& batch);
    Task<void> commit(const std::vector<WaitingPtr>& entries, const Batch& batch, Timestamp at,
                      MessagesByRow changed);
    Task<void> publish_others(const rooms::Room& room, Seq to);
    // Asks again while the database is away. Ends with Unavailable when the writer is destroyed.
    template <class Ask>
    auto ask(Ask question) -> decltype(question());
    Task<void> recover();

    LogWriterLimits limits_;
    db::Connection connection_;
    LogStore store_;
    AppendQueue queue_;
    Sequencer sequencer_;
    std::map<RoomId, Seq> counters_;  // of the rooms written to; forgotten at a conflict
    std::unordered_set<UserId> closed_to_;
    std::vector<std::coroutine_handle<>> until_batch_is_done_;
    Pause pause_;
    bool running_ = false;
    bool recovering_ = false;  // the database is away, and what became of a batch is not known
    bool stopping_ = false;
};

}  // namespace roost::messages
