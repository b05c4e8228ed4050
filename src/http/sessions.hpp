// The open HTTP connections of one core, for shutting down in order: the idle ones end at once, the others
// after the answer they owe. Lives on its core, longer than its sessions.
#pragma once

#include "net/socket.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>

namespace roost::http {

// One connection's place in the list; leaves it when destroyed.
struct OpenSession
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    explicit OpenSession(net::Socket& its_socket) : socket(its_socket) {}
    net::Socket& socket;
    bool idle = true;  // waits for the first byte of a request
};

class Sessions {
public:
    // Ends the idle connections now; from now on every answer closes its connection. Stop accepting before.
    void drain();
    // Ends every connection: reads and writes under way fail, handlers run to their end.
    void abort();

    [[nodiscard]] bool draining() const noexcept { return draining_; }
    [[nodiscard]] bool empty() const noexcept { return open_.empty(); }
    [[nodiscard]] std::size_t count() const noexcept { return open_.size(); }  // linear

    void add(OpenSession& session) { open_.push_back(session); }

private:
    template <class Which>
    void abort_if(Which which);

    boost::intrusive::list<OpenSession, boost::intrusive::constant_time_size<false>> open_;
    bool draining_ = false;
};

}  // namespace roost::http
