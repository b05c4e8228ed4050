// Appends posts to the logs of the rooms at home on this core, optimistically (architecture.md, "Appending").
//
// Posts wait in one queue; while a batch is on its way the next one gathers, so that there is no timer and no
// lock, and one trip for all that waits. The primary key is the judge: a conflict renumbers the batch. After
// a lost connection the very same rows are sent again until it is known whether they landed. What is
// committed is broadcast in order, and only then acknowledged.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "db/connection.hpp"
#include "messages/batch.hpp"
#include "messages/log_store.hpp"
#include "messages/message.hpp"
#include "net/timer.hpp"
#include "pubsub/hub.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace roost::messages {

struct LogWriterLimits {
    std::size_t rows_per_batch = 1'000;
    std::size_t waiting_posts = 10'000;              // more are refused as overloaded
    std::chrono::milliseconds answer_within{5'000};  // then a post is answered as unavailable
};

// One for each home core; made, used and destroyed there.
class LogWriter {
public:
    LogWriter(const db::ConnectionOptions& options, pubsub::Hub& hub, const LogWriterLimits& limits);
    ~LogWriter();

    // Returns when the message is stored and broadcast. Fails with overloaded. Throws db::Unavailable when
    // the database does not answer in time: then the post is not acknowledged, though it may be stored yet.
    Task<Result<Posted>> append(Post post);
    // Fails whoever waits, and every later append, as unavailable.
    void stop();

private:
    struct Waiting;
    using WaitingPtr = std::shared_ptr<Waiting>;

    Task<void> run();
    Task<void> write(std::vector<WaitingPtr> posts);
    Task<void> write_batch(const std::vector<WaitingPtr>& posts, Batch batch);
    Task<bool> try_insert(const std::vector<WaitingPtr>& posts, Batch& batch, Timestamp at);
    Task<void> answer_stored(const std::vector<WaitingPtr>& posts, Batch& batch);
    Task<void> number(Batch& batch);
    Task<void> commit(const std::vector<WaitingPtr>& posts, const Batch& batch, Timestamp at);
    Task<void> publish_others(const rooms::Room& room, Seq from, Seq to);
    void publish(const Message& message);
    // Asks again while the database is away. Ends with Unavailable when the writer is destroyed.
    template <class Ask>
    auto ask(Ask question) -> decltype(question());
    Task<void> recover();

    void arm_expiry();
    void expire();

    LogWriterLimits limits_;
    pubsub::Hub& hub_;
    db::Connection connection_;
    LogStore store_;
    std::deque<WaitingPtr> queue_;
    std::vector<WaitingPtr> under_way_;  // the batch's
    std::map<RoomId, Seq> counters_;     // of the rooms written to; forgotten at a conflict
    std::map<RoomId, Seq> published_;    // how far each room's log was broadcast
    net::Timer expiry_;
    net::Timer retry_;
    std::coroutine_handle<> pausing_;  // until retry_ rings
    bool expiry_armed_ = false;
    bool running_ = false;
    bool recovering_ = false;  // the database is away, and what became of a batch is not known
    bool stopping_ = false;
};

}  // namespace roost::messages
