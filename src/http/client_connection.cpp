#include "http/client_connection.hpp"

#include "core/log.hpp"

namespace roost::http {
namespace {

// A request may have been large once; an idle connection does not keep that.
constexpr std::size_t most_kept_output_bytes = 16 * 1024;

}  // namespace

ClientConnection::ClientConnection(std::unique_ptr<net::Socket> socket, const ClientLimits& limits)
    : socket_(std::move(socket)), limits_(limits), deadline_(*socket_), parser_(limits) {}

Task<bool> ClientConnection::connected() {
    deadline_.after(limits_.connect_timeout_ms);
    co_return co_await socket_->connected() == net::IoStatus::ok;
}

Task<ClientResult> ClientConnection::exchange(const ClientRequest& request) {
    sent_ = received_ = keep_alive_ = false;
    output_.clear();
    append_request(output_, request);
    deadline_.about(limits_.write_timeout_ms);
    const auto written = co_await socket_->write(output_);
    if (output_.capacity() > most_kept_output_bytes) std::string().swap(output_);
    sent_ = written.bytes > 0;
    if (written.status == net::IoStatus::timed_out) co_return ClientFailure::timed_out;
    if (!sent_) co_return ClientFailure::unreachable;
    // An upstream that ends the connection while it is written to may have refused the request with an
    // answer.
    parser_.next(request.method);
    auto answer = co_await read_answer();
    keep_alive_ = answer && written.status == net::IoStatus::ok && parser_.keep_alive() && buffer_.empty();
    if (keep_alive_) buffer_.shrink();
    co_return answer;
}

Task<ClientResult> ClientConnection::read_answer() {
    deadline_.about(limits_.head_timeout_ms);
    for (bool in_body = false;;) {
        const auto status = co_await read_more();
        if (status == net::IoStatus::timed_out) co_return ClientFailure::timed_out;
        if (status == net::IoStatus::closed) {
            if (!received_) co_return ClientFailure::unreachable;
            if (parser_.finish() == ResponseParser::State::garbage) co_return garbage();
            co_return std::move(parser_.response());
        }
        const auto fed = parser_.feed(buffer_.unread());
        buffer_.consume(fed.consumed);
        if (fed.state == ResponseParser::State::garbage) co_return garbage();
        if (fed.state == ResponseParser::State::complete) co_return std::move(parser_.response());
        if (parser_.head_complete() && !in_body) {
            in_body = true;
            deadline_.about(limits_.body_timeout_ms);
        }
    }
}

Task<net::IoStatus> ClientConnection::read_more() {
    const auto room = buffer_.room();
    const auto result = co_await socket_->read_some(room);
    if (result.status == net::IoStatus::ok) buffer_.filled(result.bytes);
    received_ = received_ || result.bytes > 0;
    co_return result.status;
}

ClientFailure ClientConnection::garbage() const {
    log::warn("an answer of {} is not acceptable: {}", socket_->peer(), parser_.fault());
    return ClientFailure::garbage;
}

}  // namespace roost::http
