// One WebSocket connection: a state machine driven by its core's poller, no coroutine, no buffer of its own
// while idle.
//
// Lives on the core that accepted it and is owned by that core's Connections. Bytes are read into a buffer
// that all connections of the core share; frames wait in the outbox and go out once per turn of the loop. A
// client that does not read is closed with 1013 when its outbox is over the bound: nobody else waits for it.
#pragma once

#include "core/shared_bytes.hpp"
#include "net/poller.hpp"
#include "ws/close_code.hpp"
#include "ws/codec.hpp"
#include "ws/outbox.hpp"

#include <boost/intrusive/list_hook.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace roost::ws {

class Connections;

// What happens on a connection is told to its handler.
class Handler {
public:
    virtual ~Handler() = default;
    // A whole message, valid during the call. False: read no more until Connection::resume_reading().
    virtual bool on_message(Opcode opcode, std::string_view payload) = 0;
    // As asked for with Connection::tell_when_drained(); sending and closing are allowed.
    virtual void on_drained() {}
    // The last call: the connection is gone, for whatever reason.
    virtual void on_closed() = 0;
};

class Connection final : public net::Watcher, public boost::intrusive::list_base_hook<> {
public:
    Connection(Connections& connections, Handler& handler, Deflate deflate);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // A whole frame, header included; written at the end of this turn. Nothing happens once it is closing.
    void send(SharedBytesPtr frame);
    // Sends what waits and a close frame, then ends the connection when the client has answered or time is
    // up.
    void close(CloseCode code, std::string_view reason);
    // In a later turn.
    void resume_reading();
    // No more than this waits for the client.
    static constexpr std::uint32_t drained_bytes = 64U << 10;
    [[nodiscard]] bool is_drained() const noexcept { return outbox_.bytes() <= drained_bytes; }
    // The handler's on_drained(), once, when it is so again. Only while it is not.
    void tell_when_drained() noexcept;

    [[nodiscard]] bool is_closing() const noexcept { return state_ != State::open; }

private:
    friend class Connections;
    enum class State : std::uint8_t { open, closing, gone };
    class Events;

    // `leftover`: what came behind the upgrade request.
    void start(int descriptor, std::string leftover);
    void on_ready(net::Readiness readiness) override;
    void read(bool to_the_end);
    bool receive(std::span<char> bytes);
    void hold(std::span<const char> unread);
    void flush();
    void write();
    void tell_if_drained();
    void resume();
    void echo_close(std::optional<CloseCode> code);
    void start_closing(std::optional<CloseCode> code, std::string_view reason);
    void gone();
    void want_flush();

    Connections& connections_;
    Handler* handler_;
    std::unique_ptr<std::string> unread_;  // while reading is paused: bytes that were received already
    Decoder decoder_;
    Outbox outbox_;
    int descriptor_ = -1;
    std::uint32_t active_at_s_ = 0;  // Connections' clock
    State state_ = State::open;
    bool waits_for_flush_ = false;
    bool paused_ = false;
    bool resumes_ = false;       // in the next flush
    bool too_slow_ : 1 = false;  // the outbox was over its bound
    bool writable_ : 1 = true;
    bool tells_when_drained_ : 1 = false;
    bool close_when_flushed_ : 1 = false;  // the client closed first: nothing more to wait for
};

static_assert(sizeof(Connection) <= 104);  // and 8 of malloc's: its size classes are 16 apart

}  // namespace roost::ws
