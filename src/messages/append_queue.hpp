// Entries on their way into the logs at home on one core, each with whoever waits for its outcome.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"
#include "messages/entry.hpp"
#include "net/timer.hpp"

#include <chrono>
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace roost::messages {

// An entry and its caller, who is answered once; later answers go nowhere.
struct Waiting {
    Entry entry;
    std::size_t bytes = 0;  // what the entry holds
    Clock::time_point deadline;
    std::coroutine_handle<> caller;
    std::optional<Result<Posted>> outcome;
    std::exception_ptr failure;

    [[nodiscard]] bool is_answered() const noexcept { return !caller; }
    void answer(Result<Posted>&& result);
    void fail(const std::exception_ptr& why);
};
using WaitingPtr = std::shared_ptr<Waiting>;

struct AppendQueueLimits {
    std::size_t entries = 0;  // that wait
    std::size_t bytes = 0;    // of what waits and what is under way: all texts that the entries hold
    std::chrono::milliseconds answer_within{0};
};

// The entries that wait, in their order, and those of the batches under way. Nobody waits longer than the
// limit: then the answer is db::Unavailable, though an entry under way may be stored yet. Lives on its core.
//
// A batch has at most one change of each message: an UPDATE that finds two new states for one row keeps one
// of them. So a message's second change stands behind its first one, and joins the end of the queue when that
// is taken: any number of changes of one message take one place in the queue, and hold up nobody else.
class AppendQueue {
public:
    explicit AppendQueue(const AppendQueueLimits& limits) : limits_(limits) {}

    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }
    [[nodiscard]] bool has_room_for(const Entry& entry) const;
    WaitingPtr add(Entry entry, std::coroutine_handle<> caller);
    // Takes from the front what goes into one batch. It is under way until batch_is_done() has been called
    // for it, and for those taken before it.
    std::vector<WaitingPtr> take_batch(std::size_t most_entries);
    void batch_is_done();

    using Refusal = std::function<std::optional<Errc>(const Entry&)>;
    // Answers with its error what waits and is refused. True when a batch under way holds such an entry,
    // answered or not.
    bool refuse(const Refusal& refusal);

private:
    using IsOut = std::function<bool(const Waiting&)>;

    void line_up(WaitingPtr waiting);
    void next_change_of(MessageId message);
    std::vector<WaitingPtr> take_out(const IsOut& is_out);
    void arm_expiry();
    void expire();

    AppendQueueLimits limits_;
    std::deque<WaitingPtr> waiting_;  // at most one change of each message
    // Further changes of a message; here while one of it is in waiting_.
    std::map<MessageId, std::list<WaitingPtr>> behind_;
    std::deque<std::vector<WaitingPtr>> under_way_;  // batches
    std::size_t entries_ = 0;                        // that wait, also behind another one
    std::size_t bytes_ = 0;
    net::Timer expiry_;
    bool is_armed_ = false;
};

}  // namespace roost::messages
