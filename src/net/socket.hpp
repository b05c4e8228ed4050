// A connected TCP socket on one core, for coroutines: at most one reader and one writer at a time.
#pragma once

#include "net/poller.hpp"
#include "net/timer.hpp"

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace roost::net {

enum class IoStatus {
    ok,
    closed,     // the peer ended its side, or reset the connection
    timed_out,  // the deadline passed
};

struct IoResult {
    IoStatus status = IoStatus::ok;
    std::size_t bytes = 0;  // of a write that failed: how many had gone out
};

// Owns its descriptor. Made and used on the current core only. Destroy it only while nobody waits on it.
class Socket final : public Watcher {
public:
    enum class State { connected, connecting };

    // Takes a non-blocking descriptor. `peer` is the peer's address without a port.
    Socket(int descriptor, std::string peer, State state = State::connected);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] const std::string& peer() const noexcept { return peer_; }

    // For what waits now and whatever waits later: past it, waits end with `timed_out`.
    void expire_after(std::chrono::milliseconds time);
    // Ends any wait with `closed`, now and later.
    void abort();

    // Of a socket that is connecting: waits for the connection, or says why there is none. Once, and first.
    Task<IoStatus> connected();
    // Nothing to read now, and no end: a connection on which nothing is expected is as it should be.
    [[nodiscard]] bool is_silent();

    // Reads at least one byte, or says why not.
    Task<IoResult> read_some(std::span<char> into);
    // Writes all of it, or says why not; `more` goes behind `bytes`, in the same packets where it can. Both
    // must stay until then.
    Task<IoResult> write(std::string_view bytes, std::string_view more = {});

    // Says to the peer that nothing more will be written.
    void shutdown_write();

    // Hands the descriptor over to `next`, which the core's poller tells from now on (at once, if there is
    // something to read). The caller owns the descriptor; this object is closed to further use.
    int release_to(Watcher& next);

private:
    struct Wait;
    void on_ready(Readiness readiness) override;
    void wake();

    int descriptor_;
    std::string peer_;
    Timer deadline_;
    bool expired_ = false;
    bool aborted_ = false;
    bool readable_ = true;  // as far as known: tried first, then waited for
    bool writable_ = true;
    std::coroutine_handle<> reader_;
    std::coroutine_handle<> writer_;
};

}  // namespace roost::net
