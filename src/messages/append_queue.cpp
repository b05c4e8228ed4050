#include "messages/append_queue.hpp"

#include "db/error.hpp"

#include <algorithm>
#include <utility>

namespace roost::messages {

using namespace std::chrono_literals;

namespace {

constexpr auto expiry_step = 250ms;

std::size_t bytes_of(const Post& post) {
    auto bytes = post.author.name.size() + post.content.str().size();
    if (post.metadata) bytes += post.metadata->str().size();
    if (post.client_id) bytes += post.client_id->str().size();
    return bytes;
}

std::size_t bytes_of(const Change& change) {
    return change.content ? change.content->str().size() : 0;
}

std::size_t bytes_of(const Entry& entry) {
    const auto& room = room_of(entry);
    const auto own = std::visit([](const auto& one) { return bytes_of(one); }, entry);
    return own + room.slug.str().size() + room.name.size();
}

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

bool AppendQueue::has_room_for(const Entry& entry) const {
    return entries_ < limits_.entries && bytes_ + bytes_of(entry) <= limits_.bytes;
}

WaitingPtr AppendQueue::add(Entry entry, std::coroutine_handle<> caller) {
    const auto bytes = bytes_of(entry);
    const auto deadline = Clock::now() + limits_.answer_within;
    auto waiting = std::make_shared<Waiting>(std::move(entry), bytes, deadline, caller);
    ++entries_;
    bytes_ += bytes;
    line_up(waiting);
    arm_expiry();
    return waiting;
}

void AppendQueue::line_up(WaitingPtr waiting) {
    if (const auto* change = std::get_if<Change>(&waiting->entry)) {
        const auto [behind, is_first] = behind_.try_emplace(change->message());
        if (!is_first) {
            behind->second.push_back(std::move(waiting));
            return;
        }
    }
    waiting_.push_back(std::move(waiting));
}

// The one before it has left the queue.
void AppendQueue::next_change_of(MessageId message) {
    const auto behind = behind_.find(message);
    if (behind->second.empty()) {
        behind_.erase(behind);
        return;
    }
    waiting_.push_back(std::move(behind->second.front()));
    behind->second.pop_front();
}

std::vector<WaitingPtr> AppendQueue::take_batch(std::size_t most_entries) {
    auto& batch = under_way_.emplace_back();
    while (!waiting_.empty() && batch.size() < most_entries) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    entries_ -= batch.size();
    for (const auto& taken : batch)
        if (const auto* change = std::get_if<Change>(&taken->entry)) next_change_of(change->message());
    return batch;
}

void AppendQueue::batch_is_done() {
    for (const auto& done : under_way_.front()) bytes_ -= done->bytes;
    under_way_.pop_front();
}

bool AppendQueue::refuse(const Refusal& refusal) {
    const auto is_refused = [&](const WaitingPtr& waiting) { return refusal(waiting->entry).has_value(); };
    const auto refused = take_out([&](const Waiting& waiting) { return refusal(waiting.entry).has_value(); });
    const bool is_under_way = std::ranges::any_of(
        under_way_, [&](const auto& batch) { return std::ranges::any_of(batch, is_refused); });
    for (const auto& waiting : refused) waiting->answer(Problem(*refusal(waiting->entry)));
    return is_under_way;
}

// Of what waits. Nobody is answered before all is consistent again: who is answered may add an entry at once.
std::vector<WaitingPtr> AppendQueue::take_out(const IsOut& is_out) {
    std::vector<WaitingPtr> out;
    const auto goes = [&](const WaitingPtr& waiting) {
        if (!is_out(*waiting)) return false;
        out.push_back(waiting);
        return true;
    };
    std::erase_if(waiting_, goes);
    const auto leaders = out.size();
    for (auto& [message, behind] : behind_) std::erase_if(behind, goes);
    for (std::size_t i = 0; i < leaders; ++i)
        if (const auto* change = std::get_if<Change>(&out[i]->entry)) next_change_of(change->message());
    entries_ -= out.size();
    for (const auto& waiting : out) bytes_ -= waiting->bytes;
    return out;
}

void AppendQueue::arm_expiry() {
    if (std::exchange(is_armed_, true)) return;
    expiry_.start(expiry_step, [this] {
        is_armed_ = false;
        expire();
        if (!waiting_.empty() || !under_way_.empty()) arm_expiry();
    });
}

// An entry of a batch under way may be stored all the same: it is then broadcast, and a retry with its
// client_id finds it.
void AppendQueue::expire() {
    const auto now = Clock::now();
    const auto late = std::make_exception_ptr(db::Unavailable("the database did not answer in time"));
    auto expired = take_out([now](const Waiting& waiting) { return waiting.deadline <= now; });
    for (const auto& batch : under_way_)
        for (const auto& waiting : batch)
            if (waiting->deadline <= now) expired.push_back(waiting);
    for (const auto& waiting : expired) waiting->fail(late);
}

}  // namespace roost::messages
