#include "ws/connections.hpp"

#include "core/free_memory.hpp"
#include "core/prefetch.hpp"

namespace roost::ws {

using namespace std::chrono_literals;

namespace {

constexpr auto flush_slice = 1ms;
constexpr std::size_t prefetch_ahead = 4;
constexpr std::size_t connections_per_clock_look = 16;
constexpr std::uint32_t changes_worth_it = 256;
constexpr auto drain_every = 100ms;
constexpr std::size_t least_drained = 50;

}  // namespace

Connections::Connections(net::Core& core, const Limits& limits)
    : core_(core), limits_(limits), read_buffer_(std::make_unique<char[]>(read_buffer_bytes)) {
    sweep();
}

Connections::~Connections() {
    while (!open_.empty()) open_.front().gone();
    while (!closing_.empty()) closing_.front().gone();
    // All of them are gone.
    for (; next_ < round_.size(); ++next_) delete round_[next_];
    for (const auto* connection : waiting_) delete connection;
    *alive_ = false;
}

void Connections::drain(CloseCode code, std::string_view reason, std::chrono::milliseconds window) {
    const auto batches = std::max<std::size_t>(static_cast<std::size_t>(window / drain_every), 1);
    drain_some(code, reason, std::max(open_.size() / batches + 1, least_drained));
}

void Connections::drain_some(CloseCode code, std::string_view reason, std::size_t batch) {
    for (auto left = batch; left > 0 && !open_.empty(); --left) open_.front().close(code, reason);
    drain_.start(drain_every, [=, this] { drain_some(code, reason, batch); });
}

void Connections::touch(Connection& connection) {
    if (connection.active_at_s_ == now_s_) return;
    connection.active_at_s_ = now_s_;
    open_.splice(open_.end(), open_, List::s_iterator_to(connection));
}

void Connections::move_to_closing(Connection& connection) {
    connection.active_at_s_ = now_s_;
    closing_.splice(closing_.end(), open_, List::s_iterator_to(connection));
}

void Connections::forget(Connection& connection) {
    ++changes_;
    auto& list = connection.state_ == Connection::State::open ? open_ : closing_;
    list.erase(List::s_iterator_to(connection));
}

void Connections::flush_later(Connection& connection) {
    waiting_.push_back(&connection);
    post_flush();
}

void Connections::post_flush() {
    if (std::exchange(flush_posted_, true)) return;
    core_.post([this, alive = alive_] {
        if (*alive) flush();
    });
}

// Slices of about a millisecond: heartbeats and joins go between them, never behind a hot room. What has new
// frames meanwhile waits for the next round.
void Connections::flush() {
    flush_posted_ = false;
    if (next_ == round_.size()) {
        round_.clear();
        round_.swap(waiting_);
        next_ = 0;
    }
    const auto end = Clock::now() + flush_slice;
    while (next_ < round_.size()) {
        if (next_ + prefetch_ahead < round_.size())
            prefetch<sizeof(Connection)>(round_[next_ + prefetch_ahead]);
        auto& connection = *round_[next_++];
        connection.waits_for_flush_ = false;
        if (connection.state_ == Connection::State::gone) delete &connection;
        else connection.flush();
        if (next_ % connections_per_clock_look == 0 && Clock::now() >= end) break;
    }
    if (next_ < round_.size() || !waiting_.empty()) post_flush();
}

void Connections::sweep() {
    ++now_s_;
    const auto silent_for = [this](const Connection& connection) {
        return std::chrono::seconds(now_s_ - connection.active_at_s_);
    };
    while (!open_.empty() && silent_for(open_.front()) > limits_.idle_timeout)
        open_.front().close(CloseCode::going_away, "idle");
    while (!closing_.empty() && silent_for(closing_.front()) > limits_.close_timeout) closing_.front().gone();
    give_back_memory();
    sweep_.start(1s, [this] { sweep(); });
}

// What opening many connections took for a moment, or connections that closed had, would else stay with the
// process. Once it has been quiet for a second.
void Connections::give_back_memory() {
    const bool is_quiet = std::exchange(changes_swept_, changes_) == changes_;
    if (!is_quiet || changes_ < changes_worth_it) return;
    changes_ = changes_swept_ = 0;
    give_back_free_memory();
}

}  // namespace roost::ws
