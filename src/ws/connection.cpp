#include "ws/connection.hpp"

#include "net/core.hpp"
#include "ws/connections.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>

namespace roost::ws {
namespace {

// Reads of one connection before the others get their turn.
constexpr int reads_per_turn = 8;
// Of messages, compressed ones unpacked: what is behind them waits for the next turn.
constexpr std::size_t bytes_per_turn = 256U << 10;

}  // namespace

// What the decoder says, during one feed.
class Connection::Events final : public Sink {
public:
    explicit Events(Connection& connection) : connection_(connection) {}

    bool on_message(Opcode opcode, std::string_view payload) override {
        // Once closing, only the client's close frame is waited for.
        if (connection_.state_ != State::open) return true;
        const bool goes_on = connection_.handler_->on_message(opcode, payload);
        bytes_ += payload.size();
        if (goes_on && bytes_ < bytes_per_turn) return true;
        if (connection_.state_ == State::open) connection_.paused_ = true;
        if (goes_on) connection_.resume_reading();
        return !connection_.paused_;
    }
    bool on_ping(std::string_view payload) override {
        connection_.send(share(pong_frame(payload)));
        return true;
    }
    bool on_pong(std::string_view /*payload*/) override { return true; }
    void on_close(std::optional<CloseCode> code, std::string_view /*reason*/) override {
        connection_.echo_close(code);
    }

private:
    Connection& connection_;
    std::size_t bytes_ = 0;
};

Connection::Connection(Connections& connections, Handler& handler, Deflate deflate)
    : connections_(connections), handler_(&handler), decoder_(connections.limits_.message_bytes, deflate),
      active_at_s_(connections.now_s_) {}

Connection::~Connection() = default;

void Connection::start(int descriptor, std::string leftover) {
    descriptor_ = descriptor;
    if (!leftover.empty()) receive(leftover);
}

// --- Receiving

void Connection::on_ready(net::Readiness readiness) {
    if (readiness.writable && !writable_) {
        writable_ = true;
        flush();
    }
    if (readiness.readable) read(readiness.ended);
}

// To the end of the stream, or until there are no more bytes: another edge tells of what comes later.
void Connection::read(bool to_the_end) {
    const auto buffer = connections_.read_buffer();
    for (int reads = 0; !paused_ && !close_when_flushed_ && state_ != State::gone; ++reads) {
        if (reads == reads_per_turn) {
            // Edge-triggered: nobody will say again that there is more. Asking for the same set says it.
            net::Core::current().poller().replace(descriptor_, *this, *this);
            return;
        }
        const auto got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return gone();
        const auto bytes = static_cast<std::size_t>(got);
        if (!receive(buffer.first(bytes))) return;
        if (bytes < buffer.size() && !to_the_end) return;  // that was all there is
    }
}

// False when reading is to stop here.
bool Connection::receive(std::span<char> bytes) {
    if (state_ == State::open) connections_.touch(*this);
    Events events(*this);
    const auto fed = decoder_.feed(bytes, events);
    if (fed.violation) close(fed.violation->code, fed.violation->reason);
    if (paused_) hold(bytes.subspan(fed.consumed));
    return !paused_;
}

void Connection::hold(std::span<const char> unread) {
    if (unread.empty()) return;
    if (!unread_) unread_ = std::make_unique<std::string>();
    unread_->append(unread.data(), unread.size());
}

// In a later turn: whoever resumes is in the middle of something, with events before those that come then.
void Connection::resume_reading() {
    if (!paused_ || state_ != State::open) return;
    resumes_ = true;
    want_flush();
}

void Connection::resume() {
    if (!std::exchange(resumes_, false) || !paused_ || state_ != State::open) return;
    paused_ = false;
    if (const auto unread = std::exchange(unread_, nullptr)) receive(*unread);
    // The end of the stream may have been told while paused: it is told again.
    if (!paused_ && state_ == State::open) net::Core::current().poller().replace(descriptor_, *this, *this);
}

// --- Sending

void Connection::send(SharedBytesPtr frame) {
    if (state_ != State::open || too_slow_) return;
    outbox_.add(std::move(frame));
    // Closed at the flush, not here: whoever sends may be in the middle of a list that closing changes.
    if (outbox_.bytes() > connections_.limits_.outbox_bytes) {
        too_slow_ = true;
        outbox_.drop_unsent();
    }
    want_flush();
}

void Connection::want_flush() {
    if (!std::exchange(waits_for_flush_, true)) connections_.flush_later(*this);
}

void Connection::flush() {
    write();
    resume();
}

void Connection::write() {
    if (state_ == State::gone) return;
    if (too_slow_) close(CloseCode::try_again_later, "too slow");
    if (!writable_) return;
    switch (outbox_.write_to(descriptor_)) {
        case Outbox::Outcome::failed: return gone();
        case Outbox::Outcome::would_block: writable_ = false; return tell_if_drained();
        case Outbox::Outcome::drained: break;
    }
    if (state_ == State::open) return tell_if_drained();
    if (close_when_flushed_) return gone();
    ::shutdown(descriptor_, SHUT_WR);
}

void Connection::tell_when_drained() noexcept {
    assert(!is_drained());
    tells_when_drained_ = true;
}

void Connection::tell_if_drained() {
    if (!tells_when_drained_ || !is_drained() || state_ != State::open) return;
    tells_when_drained_ = false;
    handler_->on_drained();
}

// --- Closing

void Connection::close(CloseCode code, std::string_view reason) {
    if (state_ == State::open) start_closing(code, reason);
}

void Connection::echo_close(std::optional<CloseCode> code) {
    close_when_flushed_ = true;
    if (state_ == State::open) start_closing(code, {});
    else want_flush();
}

void Connection::start_closing(std::optional<CloseCode> code, std::string_view reason) {
    outbox_.add(share(close_frame(code, reason)));
    state_ = State::closing;
    // What was received and not read is not looked through for the client's answer.
    if (std::exchange(paused_, false)) close_when_flushed_ = true;
    unread_.reset();
    connections_.move_to_closing(*this);
    want_flush();
    std::exchange(handler_, nullptr)->on_closed();
}

// Nothing of this object is used again but by the flush that deletes it.
void Connection::gone() {
    if (state_ == State::gone) return;
    connections_.forget(*this);
    state_ = State::gone;
    if (descriptor_ >= 0) {
        net::Core::current().poller().remove(descriptor_, *this);
        ::close(std::exchange(descriptor_, -1));
    }
    want_flush();
    if (auto* handler = std::exchange(handler_, nullptr)) handler->on_closed();
}

}  // namespace roost::ws
