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
#include <memory>
#include <optional>
#include <vector>

namespace roost::messages {

// An entry and its caller, who is answered once; later answers go nowhere.
struct Waiting {
    Entry entry;
    Clock::time_point deadline;
    std::coroutine_handle<> caller;
    std::optional<Result<Posted>> outcome;
    std::exception_ptr failure;

    [[nodiscard]] bool is_answered() const noexcept { return !caller; }
    void answer(Result<Posted>&& result);
    void fail(const std::exception_ptr& why);
};
using WaitingPtr = std::shared_ptr<Waiting>;

// The entries that wait, in their order, and those of the batch under way. Nobody waits longer than the
// limit: then the answer is db::Unavailable, though an entry under way may be stored yet. Lives on its core.
class AppendQueue {
public:
    AppendQueue(std::size_t most_waiting, std::chrono::milliseconds answer_within)
        : most_waiting_(most_waiting), answer_within_(answer_within) {}

    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }
    [[nodiscard]] bool is_full() const noexcept { return waiting_.size() >= most_waiting_; }
    WaitingPtr add(Entry entry, std::coroutine_handle<> caller);
    // Takes from the front what goes into one batch; it is under way until batch_is_done().
    std::vector<WaitingPtr> take_batch(std::size_t most_entries);
    void batch_is_done() { under_way_.clear(); }
    // Answers what waits of this author with unauthorized.
    void refuse_posts_of(UserId author);

private:
    void arm_expiry();
    void expire();

    std::size_t most_waiting_;
    std::chrono::milliseconds answer_within_;
    std::deque<WaitingPtr> waiting_;
    std::vector<WaitingPtr> under_way_;
    net::Timer expiry_;
    bool is_armed_ = false;
};

}  // namespace roost::messages
