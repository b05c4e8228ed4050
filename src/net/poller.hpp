// The sockets of one core: an epoll set of its own, whose descriptor the core's loop waits on.
//
// A connection that waits costs what its Watcher costs, and no read or write operation of Asio. Everything
// here happens on the core's thread. Up to 256 events are handed out per turn of the loop, so that posted
// work and timers get their turn between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace roost::net {

struct Readiness {
    bool readable = false;
    bool writable = false;
    bool ended = false;  // the peer has ended its side, or there is an error: whoever reads, reads to the end
};

// What is told when a descriptor becomes ready. It may remove itself, or any other, from inside the call.
class Watcher {
public:
    virtual void on_ready(Readiness readiness) = 0;

protected:
    ~Watcher() = default;
};

class Poller {
public:
    explicit Poller(boost::asio::io_context& loop);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    // Edge-triggered for reading and writing: after a call, read or write until it would block.
    void add(int descriptor, Watcher& watcher);
    // `to` instead of `from` for a descriptor that is in the set; reports again what is ready now.
    void replace(int descriptor, const Watcher& from, Watcher& to);
    // Level-triggered, for libraries that do not promise to read all there is. Adds the descriptor, or
    // changes what is wanted of it.
    void watch_level(int descriptor, Watcher& watcher, bool want_write);
    // Before the descriptor is closed; `watcher` gets no call after this, also none already collected.
    void remove(int descriptor, Watcher& watcher);

private:
    struct Loop;
    struct Event {
        Watcher* watcher = nullptr;
        Readiness readiness;
    };
    void forget(const Watcher& watcher);
    bool control(int operation, int descriptor, std::uint32_t events, Watcher& watcher);
    void wait();
    void dispatch();

    int epoll_ = -1;
    std::unique_ptr<Loop> loop_;
    static constexpr std::size_t batch = 256;
    std::array<Event, batch> collected_{};
    std::size_t next_ = 0;
    std::size_t count_ = 0;
};

}  // namespace roost::net
