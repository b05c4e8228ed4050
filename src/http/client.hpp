// An HTTP/1.1 client of one upstream, on one core: a pool of kept connections, the latest used first. All of
// it is bounded (ClientLimits): requests under way, requests that wait, idle connections, every size and
// time.
//
// A kept connection may end at the very moment it is used again. Such a request is sent once more, on a new
// connection, if that cannot do any harm: nothing of it had gone out, or its method is idempotent and nothing
// of an answer had come (RFC 9110 section 9.2.2). Any other request whose fate is not known fails.
#pragma once

#include "http/client_connection.hpp"
#include "http/client_request.hpp"
#include "http/limits.hpp"
#include "net/host.hpp"
#include "net/timer.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace roost::http {

// Made, used and destroyed on its core; destroyed after close(), when no request is under way any more.
class Client {
public:
    // `limits` outlive the client.
    Client(net::Host host, const ClientLimits& limits);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // `request`, and what it views, outlive the task.
    Task<ClientResult> send(const ClientRequest& request);
    // Ends all connections; what is under way, waits or comes later is unreachable.
    void close();

    [[nodiscard]] std::size_t under_way() const noexcept { return under_way_; }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
    [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }

private:
    struct Turn;
    struct Waiting : boost::intrusive::list_base_hook<> {};
    using Connection = std::unique_ptr<ClientConnection>;

    Task<ClientResult> send_in_turn(const ClientRequest& request);
    Task<Connection> connect();
    Connection take_idle();
    void keep(Connection connection);
    void end_idle();
    void next_turn();

    net::Host host_;
    const ClientLimits& limits_;
    boost::intrusive::list<ClientConnection, boost::intrusive::constant_time_size<false>> used_;
    std::vector<Connection> idle_;  // the latest used last
    net::Timer idle_timer_;         // runs while there are any
    boost::intrusive::list<Waiting> waiting_;
    std::size_t under_way_ = 0;
    std::size_t good_address_ = 0;  // where the latest connection was made
    bool closed_ = false;
};

}  // namespace roost::http
