#include "ws/connections.hpp"

namespace roost::ws {

using namespace std::chrono_literals;

namespace {

constexpr auto flush_slice = 1ms;
constexpr std::size_t connections_per_clock_look = 16;

}  // namespace

Connections::Connections(net::Core& core, const Limits& limits)
    : core_(core), limits_(limits), read_buffer_(std::make_unique<char[]>(read_buffer_bytes)) {
    sweep();
}

Connections::~Connections() {
    while (!open_.empty()) open_.front().gone();
    while (!closing_.empty()) closing_.front().gone();
    for (const auto* connection : flush_) delete connection;  // all of them are gone
    *alive_ = false;
}

void Connections::close_all(CloseCode code, std::string_view reason) {
    while (!open_.empty()) open_.front().close(code, reason);
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
    auto& list = connection.state_ == Connection::State::open ? open_ : closing_;
    list.erase(List::s_iterator_to(connection));
}

void Connections::flush_later(Connection& connection) {
    flush_.push_back(&connection);
    if (std::exchange(flush_posted_, true)) return;
    core_.post([this, alive = alive_] {
        if (*alive) flush();
    });
}

// Slices of about a millisecond: heartbeats and joins go between them, never behind a hot room.
void Connections::flush() {
    flush_posted_ = false;
    const auto end = Clock::now() + flush_slice;
    std::size_t next = 0;
    while (next < flush_.size()) {
        auto& connection = *flush_[next++];
        connection.waits_for_flush_ = false;
        if (connection.state_ == Connection::State::gone) delete &connection;
        else connection.flush();
        if (next % connections_per_clock_look == 0 && Clock::now() >= end) break;
    }
    flush_.erase(flush_.begin(), flush_.begin() + static_cast<std::ptrdiff_t>(next));
    if (flush_.empty() || std::exchange(flush_posted_, true)) return;
    core_.post([this, alive = alive_] {
        if (*alive) flush();
    });
}

void Connections::sweep() {
    ++now_s_;
    const auto silent_for = [this](const Connection& connection) {
        return std::chrono::seconds(now_s_ - connection.active_at_s_);
    };
    while (!open_.empty() && silent_for(open_.front()) > limits_.idle_timeout)
        open_.front().close(CloseCode::going_away, "idle");
    while (!closing_.empty() && silent_for(closing_.front()) > limits_.close_timeout) closing_.front().gone();
    sweep_.start(1s, [this] { sweep(); });
}

}  // namespace roost::ws
