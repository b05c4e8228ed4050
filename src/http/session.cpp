#include "http/session.hpp"

#include "http/deadline.hpp"
#include "http/parser.hpp"
#include "http/problem.hpp"
#include "http/read_buffer.hpp"
#include "http/request_id.hpp"
#include "http/response_writer.hpp"
#include "net/core.hpp"

#include <algorithm>

namespace roost::http {
namespace {

using std::chrono::milliseconds;

// After so many requests in one turn the loop's other work goes first.
constexpr unsigned requests_per_turn = 32;
// An answer may have been large once; an idle connection does not keep that.
constexpr std::size_t most_kept_output_bytes = 16 * 1024;
constexpr std::size_t most_copied_body_bytes = 4 * 1024;

// Resumes the caller in a later turn of the loop.
struct NextTurn {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const {
        net::Core::current().post([caller] { caller.resume(); });
    }
    void await_resume() const noexcept {}
};

class Session {
public:
    Session(std::unique_ptr<net::Socket> socket, Handler& handler, Sessions& sessions, const Limits& limits,
            const TrustedProxies& proxies)
        : socket_(std::move(socket)), handler_(handler), sessions_(sessions), limits_(limits),
          proxies_(proxies), is_trusted_proxy_(proxies.trusts(socket_->peer())), parser_(limits),
          entry_(*socket_), deadline_(*socket_) {
        sessions_.add(entry_);
    }

    Task<void> run();

private:
    enum class Phase { idle, head, body };

    Task<bool> read_request();
    Task<bool> read_more();
    Task<bool> say_continue();
    Task<Response> answer(const Request& request);
    Task<bool> send(const Response& response, const WriteOptions& options);
    Task<void> refuse(const Refusal& refusal);
    Task<void> linger();

    [[nodiscard]] Phase phase() const noexcept;
    void expire_by_phase(Phase phase);

    std::unique_ptr<net::Socket> socket_;
    Handler& handler_;
    Sessions& sessions_;
    const Limits& limits_;
    const TrustedProxies& proxies_;
    bool is_trusted_proxy_;
    Parser parser_;
    OpenSession entry_;
    ReadBuffer buffer_;
    std::string output_;
    Deadline deadline_;
    std::optional<Phase> waits_in_;  // the phase whose deadline is set
    bool continue_said_ = false;
};

Task<void> Session::run() {
    for (unsigned served = 1;; ++served) {
        if (!co_await read_request()) co_return;
        auto& request = parser_.request();
        request.via_trusted_proxy = is_trusted_proxy_;
        request.peer =
            is_trusted_proxy_ ? client_address(socket_->peer(), request.headers, proxies_) : socket_->peer();
        request.request_id = request_id_of(request.headers);

        auto response = co_await answer(request);
        WriteOptions options;
        options.head_only = request.method == Method::head;
        options.keep_alive = request.keep_alive && !response.close && !sessions_.draining();
        options.version = request.version;
        options.request_id = request.request_id;
        const bool sent = co_await send(response, options);
        if (sent && response.upgrade) {
            const auto rest = buffer_.unread();
            response.upgrade(*socket_, std::string(rest.data(), rest.size()));
            co_return;
        }
        if (!sent || !options.keep_alive) co_return;
        parser_.next();
        waits_in_.reset();
        continue_said_ = false;
        if (served % requests_per_turn == 0) co_await NextTurn();
    }
}

// Until a request is whole. False when the connection is to end; a refusal has been answered then.
Task<bool> Session::read_request() {
    if (buffer_.empty() && !co_await read_more()) co_return false;
    while (true) {
        const auto fed = parser_.feed(buffer_.unread());
        buffer_.consume(fed.consumed);
        if (fed.state == Parser::State::complete) co_return true;
        if (fed.state == Parser::State::refused) {
            co_await refuse(parser_.refusal());
            co_return false;
        }
        if (parser_.expects_continue() && !continue_said_ && !co_await say_continue()) co_return false;
        if (!co_await read_more()) co_return false;
    }
}

Task<bool> Session::read_more() {
    const auto now_in = phase();
    expire_by_phase(now_in);
    if (now_in == Phase::idle) {
        if (sessions_.draining()) co_return false;
        buffer_.shrink();
    }
    const auto room = buffer_.room();
    entry_.idle = now_in == Phase::idle;
    const auto result = co_await socket_->read_some(room);
    entry_.idle = false;
    if (result.status == net::IoStatus::timed_out && now_in != Phase::idle) co_await refuse(refusal::timeout);
    if (result.status != net::IoStatus::ok) co_return false;
    buffer_.filled(result.bytes);
    co_return true;
}

// RFC 9110 section 10.1.1; not needed once the body is on its way.
Task<bool> Session::say_continue() {
    continue_said_ = true;
    if (!buffer_.empty() || !parser_.request().body.empty()) co_return true;
    deadline_.about(limits_.write_timeout_ms);
    const auto result = co_await socket_->write("HTTP/1.1 100 Continue\r\n\r\n");
    co_return result.status == net::IoStatus::ok;
}

// The one place where exceptions of handlers end.
Task<Response> Session::answer(const Request& request) {
    std::exception_ptr exception;
    try {
        co_return co_await handler_.handle(request);
    } catch (...) {
        exception = std::current_exception();
    }
    co_return handler_.on_exception(exception, request);
}

Task<bool> Session::send(const Response& response, const WriteOptions& options) {
    output_.clear();
    auto body = append_head(output_, response, options);
    // A short body goes along in the same buffer; a long one is not copied.
    if (body.size() <= most_copied_body_bytes) {
        output_ += body;
        body = {};
    }
    deadline_.about(limits_.write_timeout_ms);
    const auto result = co_await socket_->write(output_, body);
    if (output_.capacity() > most_kept_output_bytes) std::string().swap(output_);
    co_return result.status == net::IoStatus::ok;
}

Task<void> Session::refuse(const Refusal& refusal) {
    const auto request_id = make_request_id();
    const auto response = problem(refusal, request_id);
    WriteOptions options;
    options.keep_alive = false;
    options.request_id = request_id;
    deadline_.after(limits_.write_timeout_ms);
    if (co_await send(response, options)) co_await linger();
}

// Closing while the client still sends resets the connection, and with it the answer it has not read.
Task<void> Session::linger() {
    socket_->shutdown_write();
    deadline_.after(limits_.linger_timeout_ms);
    for (std::size_t read = 0; read < limits_.linger_bytes;) {
        const auto unread = buffer_.unread();
        buffer_.consume(unread.size());
        const auto room = buffer_.room();
        const auto result = co_await socket_->read_some(room);
        if (result.status != net::IoStatus::ok) co_return;
        read += result.bytes;
    }
}

Session::Phase Session::phase() const noexcept {
    if (parser_.head_complete()) return Phase::body;
    return buffer_.empty() ? Phase::idle : Phase::head;
}

void Session::expire_by_phase(Phase phase) {
    if (waits_in_ == phase) return;
    waits_in_ = phase;
    switch (phase) {
        case Phase::idle: return deadline_.about(limits_.idle_timeout_ms);
        case Phase::head: return deadline_.after(limits_.head_timeout_ms);
        case Phase::body: return deadline_.after(limits_.body_timeout_ms);
    }
}

}  // namespace

Task<void> serve(std::unique_ptr<net::Socket> socket, Handler& handler, Sessions& sessions,
                 const Limits& limits, const TrustedProxies& proxies) {
    Session session(std::move(socket), handler, sessions, limits, proxies);
    co_await session.run();
}

}  // namespace roost::http
