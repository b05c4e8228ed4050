// A client's TCP connection, for loads of thousands of them.
#pragma once

#include "net/endpoint.hpp"
#include "net/poller.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace roost::bench {

// A callback state machine on the current core, without a buffer of its own: all streams of a run read into
// one. What the socket does not take at once is kept and written when it can be. Closing resets the
// connection, so that no port stays taken after the run. The address must not change while it is open.
class Stream : public net::Watcher {
public:
    explicit Stream(std::span<char> read_buffer) : buffer_(read_buffer) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // Begins to connect, from `source` if there is one. Gives the reason when the system refuses at once.
    std::string open(const net::Endpoint& server, const net::Endpoint* source);
    void send(std::string_view bytes);
    void close();
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

protected:
    ~Stream() { close(); }

    virtual void on_connected() = 0;
    // May close the stream. The bytes are good during the call.
    virtual void on_bytes(std::span<const char> bytes) = 0;
    // The stream is closed, and not by this side.
    virtual void on_lost(std::string_view why) = 0;

private:
    void on_ready(net::Readiness readiness) final;
    bool finish_connecting();
    void read(bool to_the_end);
    void flush();
    void lose(std::string_view why);

    std::span<char> buffer_;
    std::string unsent_;
    int descriptor_ = -1;
    bool is_connected_ = false;
};

}  // namespace roost::bench
