// For tests of the HTTP side: a server with a few routes on a real port and core, and a client that blocks.
#pragma once

#include "core/clock.hpp"
#include "http/router.hpp"
#include "http/session.hpp"
#include "net/core.hpp"
#include "net/listener.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <thread>

namespace roost::http::testing {

// A client that blocks; five seconds without a byte fail the test.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval patience{.tv_sec = 5, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view bytes) {
        REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes));
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }

    [[nodiscard]] bool is_readable_within(std::chrono::milliseconds time) const {
        pollfd events{.fd = socket_, .events = POLLIN, .revents = 0};
        return ::poll(&events, 1, static_cast<int>(time.count())) > 0;
    }
    // Up to and with `end`.
    std::string receive_until(std::string_view end) {
        while (received_.find(end) == std::string::npos) REQUIRE(receive());
        return take(received_.find(end) + end.size());
    }
    // Head and body.
    std::string receive_answer() {
        auto answer = receive_until("\r\n\r\n");
        const auto length = answer.find("Content-Length: ");
        if (length == std::string::npos) return answer;
        const std::size_t body = std::stoul(answer.substr(length + 16));
        while (received_.size() < body) REQUIRE(receive());
        return answer + take(body);
    }
    // All that comes until the server closes; a reset fails the test.
    std::string receive_rest() {
        while (receive()) continue;
        return std::exchange(received_, {});
    }

private:
    bool receive() {
        std::array<char, 65536> bytes;  // NOLINT: filled by the kernel
        const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
        REQUIRE_MESSAGE(got >= 0, "no byte and no end within five seconds, or a reset");
        received_.append(bytes.data(), static_cast<std::size_t>(got));
        return got > 0;
    }
    std::string take(std::size_t bytes) {
        auto taken = received_.substr(0, bytes);
        received_.erase(0, bytes);
        return taken;
    }

    int socket_;
    std::string received_;
};

// What a connection is after its upgrade: says back what it gets, until the client is done.
class Echo final : public net::Watcher {
public:
    Echo(net::Socket& socket, const std::string& leftover) : descriptor_(socket.release_to(*this)) {
        CHECK(::send(descriptor_, leftover.data(), leftover.size(), 0) == std::ssize(leftover));
    }

private:
    ~Echo() {
        net::Core::current().poller().remove(descriptor_, *this);
        ::close(descriptor_);
    }
    void on_ready(net::Readiness) override {
        std::array<char, 256> bytes;  // NOLINT: filled by the kernel
        ssize_t got = 0;
        while ((got = ::recv(descriptor_, bytes.data(), bytes.size(), 0)) > 0)
            ::send(descriptor_, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        if (got == 0) delete this;
    }
    int descriptor_;
};

// A handler waits here until the test lets it go on.
struct Gate {
    std::promise<void> reached;
    std::coroutine_handle<> waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
        waiting = caller;
        reached.set_value();
    }
    void await_resume() const noexcept {}
};

// A server on a real port and core.
class Server {
public:
    explicit Server(Limits limits = {}, TrustedProxies proxies = {})
        : limits_(limits), proxies_(std::move(proxies)) {
        router_.add(Method::get, "/hello", [](const Request&, const Params&) { return hello(); });
        router_.add(Method::post, "/echo", [](const Request& r, const Params&) { return echo(r); });
        router_.add(Method::get, "/fail", [](const Request&, const Params&) { return fail(); });
        router_.add(Method::get, "/big", [](const Request&, const Params&) { return big(); });
        router_.add(Method::get, "/last", [](const Request&, const Params&) { return last(); });
        router_.add(Method::get, "/upgrade", [](const Request&, const Params&) { return upgrade(); });
        router_.add(Method::get, "/gate", [this](const Request&, const Params&) { return pass(gate); });
        cores_.start();
        listener_.start();
    }
    ~Server() {
        listener_.stop();
        on_core([this] { sessions_.abort(); });
        wait_until_all_ended();
        cores_.stop();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] Client connect() { return Client(listener_.port()); }
    [[nodiscard]] std::string ask(std::string_view request) {
        auto client = connect();
        client.send(request);
        return client.receive_answer();
    }
    void drain() {
        on_core([this] { sessions_.drain(); });
    }
    void open_gate() {
        on_core([this] { gate.waiting.resume(); });
    }
    void wait_until_all_ended() {
        const auto deadline = Clock::now() + std::chrono::seconds(10);
        bool ended = false;
        while (!ended && Clock::now() < deadline) {
            on_core([&] { ended = sessions_.empty(); });
            std::this_thread::yield();
        }
        REQUIRE(ended);
    }

    Gate gate;

private:
    static Task<Response> hello() { co_return json(200, "\"hello\""); }
    static Task<Response> echo(const Request& request) {
        co_return json(200, request.peer + " " + request.request_id + " " + request.body);
    }
    static Task<Response> fail() {
        throw std::runtime_error("a secret");
        co_return empty(200);
    }
    static Task<Response> big() { co_return json(200, std::string(std::size_t{64} << 20U, 'b')); }
    static Task<Response> last() {
        auto response = empty(200);
        response.close = true;
        co_return response;
    }
    static Task<Response> upgrade() {
        auto response = empty(101);
        response.headers.add("Connection", "Upgrade");
        response.headers.add("Upgrade", "echo");
        response.upgrade = [](net::Socket& socket, const std::string& leftover) {
            new Echo(socket, leftover);
        };
        co_return response;
    }
    static Task<Response> pass(Gate& gate) {
        co_await gate;
        co_return json(200, "\"passed\"");
    }
    static Response on_exception(const std::exception_ptr&, const Request&) {
        return json(500, "\"failed\"");
    }

    void accept(int descriptor, std::string peer) {
        auto socket = std::make_unique<net::Socket>(descriptor, std::move(peer));
        spawn(serve(std::move(socket), router_, sessions_, limits_, proxies_),
              [](const std::exception_ptr&) { FAIL("a session threw"); });
    }
    void on_core(const std::function<void()>& f) {
        std::promise<void> done;
        cores_[0].post([&] {
            f();
            done.set_value();
        });
        done.get_future().get();
    }

    Limits limits_;
    TrustedProxies proxies_;
    Router router_{on_exception};
    Sessions sessions_;
    net::Cores cores_{1};
    net::Listener listener_{cores_, "127.0.0.1", 0, [this](int descriptor, std::string peer) {
                                accept(descriptor, std::move(peer));
                            }};
};

}  // namespace roost::http::testing
