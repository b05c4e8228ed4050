// All WebSocket connections of one core: owns them, flushes them once per turn, closes the idle ones.
#pragma once

#include "core/clock.hpp"
#include "net/core.hpp"
#include "net/socket.hpp"
#include "net/timer.hpp"
#include "ws/connection.hpp"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace roost::ws {

struct Limits {
    std::uint32_t message_bytes = Decoder::default_message_limit;
    std::uint32_t outbox_bytes = 4U << 20;
    std::chrono::seconds idle_timeout{60};  // since the client was last heard
    std::chrono::seconds close_timeout{5};  // for the client's answer to a close frame
};

// Made, used and destroyed on its core.
class Connections {
public:
    explicit Connections(net::Core& core, const Limits& limits = {});
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    // Takes over the descriptor of an upgraded HTTP connection. The handler outlives its on_closed(). The
    // first message may arrive before this returns only through the handler, after `made` was called with the
    // connection. `deflate`: what the client may do. Whether frames for it are compressed is for who sends
    // them.
    template <class Made>
    void accept(net::Socket& socket, std::string leftover, Handler& handler, Made made,
                Deflate deflate = Deflate::none) {
        auto& connection = *new Connection(*this, handler, deflate);
        open_.push_back(connection);
        ++changes_;
        made(connection);
        connection.start(socket.release_to(connection), std::move(leftover));
    }

    [[nodiscard]] std::size_t size() const noexcept { return open_.size() + closing_.size(); }
    // Calls `f(connection, handler)` for each that is open; it may close that one.
    template <class F>
    void for_each_open(F f) {
        for (auto next = open_.begin(); next != open_.end();) {
            auto& connection = *next++;
            f(connection, *connection.handler_);
        }
    }
    // Closes all, in batches over this time, and from then on whatever comes; they end within the close
    // time-out. A few go at once. `reason` lives for ever.
    void drain(CloseCode code, std::string_view reason, std::chrono::milliseconds window);

private:
    friend class Connection;
    using List = boost::intrusive::list<Connection>;

    void touch(Connection& connection);
    void move_to_closing(Connection& connection);
    void forget(Connection& connection);
    void flush_later(Connection& connection);
    void post_flush();
    void flush();
    void drain_some(CloseCode code, std::string_view reason, std::size_t batch);
    void sweep();
    void give_back_memory();
    std::span<char> read_buffer() noexcept { return {read_buffer_.get(), read_buffer_bytes}; }

    static constexpr std::size_t read_buffer_bytes = 64U << 10;

    net::Core& core_;
    Limits limits_;
    std::unique_ptr<char[]> read_buffer_;
    List open_;                         // the longest silent first
    List closing_;                      // the longest closing first
    std::vector<Connection*> waiting_;  // for the next round of flushing
    std::vector<Connection*> round_;    // the one under way
    std::size_t next_ = 0;              // of the round
    bool flush_posted_ = false;
    std::uint32_t now_s_ = 1;
    // Connections that came and went, since memory was last given back and until the last sweep.
    std::uint32_t changes_ = 0;
    std::uint32_t changes_swept_ = 0;
    net::Timer sweep_;
    net::Timer drain_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace roost::ws
