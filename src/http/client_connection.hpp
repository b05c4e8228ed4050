// One connection of a client to its upstream: a request at a time, each with its answer, for as long as both
// sides keep it.
#pragma once

#include "core/task.hpp"
#include "http/client_request.hpp"
#include "http/deadline.hpp"
#include "http/limits.hpp"
#include "http/read_buffer.hpp"
#include "http/response_parser.hpp"
#include "net/socket.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace roost::http {

// Why a request has no answer. Except when it is `overloaded`, the upstream may have seen it.
enum class ClientFailure {
    unreachable,  // no connection, or it ended before the first byte of an answer
    timed_out,    // the upstream did not take the request, or did not answer, in time
    garbage,      // what came is no whole, acceptable HTTP answer
    overloaded,   // too many requests are under way or waiting; it was not sent
};

// The answer with the headers that concern the connection still in it.
using ClientResult = boost::system::result<Response, ClientFailure>;

// Made, used and destroyed on one core; destroyed only while nothing waits on it. Stands in a list while it
// is used, and leaves it when it is destroyed.
class ClientConnection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    // `socket` is connecting. `limits` outlive the connection.
    ClientConnection(std::unique_ptr<net::Socket> socket, const ClientLimits& limits);

    // Once, before the first exchange: whether it is connected within the time.
    Task<bool> connected();
    // Never `overloaded`. After a failure the connection is of no further use.
    Task<ClientResult> exchange(const ClientRequest& request);
    // Ends what waits on it.
    void abort() { socket_->abort(); }

    // The latest exchange left it ready for another one.
    [[nodiscard]] bool may_be_kept() const noexcept { return keep_alive_; }
    // Of one that was kept: the upstream has not ended it meanwhile, as far as is known here.
    [[nodiscard]] bool is_usable() { return socket_->is_silent(); }
    // Of the latest exchange: at least a byte of the request has gone out.
    [[nodiscard]] bool has_sent() const noexcept { return sent_; }

    Clock::time_point idle_since;  // for its client

private:
    Task<ClientResult> read_answer();
    Task<net::IoStatus> read_more();
    [[nodiscard]] ClientFailure garbage() const;

    std::unique_ptr<net::Socket> socket_;
    const ClientLimits& limits_;
    Deadline deadline_;
    ResponseParser parser_;
    ReadBuffer buffer_;
    std::string output_;
    bool sent_ = false;
    bool received_ = false;
    bool keep_alive_ = false;
};

}  // namespace roost::http
