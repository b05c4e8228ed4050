#include "messages/append_queue.hpp"

#include "db/error.hpp"
#include "messages/batch.hpp"

#include <utility>

namespace roost::messages {

using namespace std::chrono_literals;

namespace {

constexpr auto expiry_step = 250ms;

}  // namespace

void Waiting::answer(Result<Posted>&& result) {
    if (is_answered()) return;
    outcome = std::move(result);
    std::exchange(caller, nullptr).resume();
}

void Waiting::fail(const std::exception_ptr& why) {
    if (is_answered()) return;
    failure = why;
    std::exchange(caller, nullptr).resume();
}

WaitingPtr AppendQueue::add(Entry entry, std::coroutine_handle<> caller) {
    auto waiting = std::make_shared<Waiting>();
    waiting->entry = std::move(entry);
    waiting->deadline = Clock::now() + answer_within_;
    waiting->caller = caller;
    waiting_.push_back(waiting);
    arm_expiry();
    return waiting;
}

std::vector<WaitingPtr> AppendQueue::take_batch(std::size_t most_entries) {
    BatchIntake intake(most_entries);
    while (!waiting_.empty() && intake.takes(waiting_.front()->entry)) {
        under_way_.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return under_way_;
}

void AppendQueue::refuse_posts_of(UserId author) {
    std::vector<WaitingPtr> refused;
    std::erase_if(waiting_, [&](const WaitingPtr& waiting) {
        const auto* post = std::get_if<Post>(&waiting->entry);
        const bool is_refused = post != nullptr && post->author.id == author;
        if (is_refused) refused.push_back(waiting);
        return is_refused;
    });
    for (const auto& waiting : refused) waiting->answer(Problem(Errc::unauthorized));
}

void AppendQueue::arm_expiry() {
    if (std::exchange(is_armed_, true)) return;
    expiry_.start(expiry_step, [this] {
        is_armed_ = false;
        expire();
        if (!waiting_.empty() || !under_way_.empty()) arm_expiry();
    });
}

// An entry of the batch under way may be stored all the same: it is then broadcast, and a retry with its
// client_id finds it.
void AppendQueue::expire() {
    const auto now = Clock::now();
    const auto late = std::make_exception_ptr(db::Unavailable("the database did not answer in time"));
    std::vector<WaitingPtr> expired;
    for (const auto& waiting : under_way_)
        if (waiting->deadline <= now) expired.push_back(waiting);
    while (!waiting_.empty() && waiting_.front()->deadline <= now) {
        expired.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    for (const auto& waiting : expired) waiting->fail(late);
}

}  // namespace roost::messages
