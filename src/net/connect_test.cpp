#include "net/connect.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <unistd.h>

namespace roost::net {
namespace {

using namespace std::chrono_literals;

// A listening socket, and an endpoint for it.
struct Listening {
    explicit Listening(const char* address = "127.0.0.1", int backlog = 16) {
        auto wanted = *Endpoint::parse(address, 0);
        socket = ::socket(wanted.family(), SOCK_STREAM, 0);
        REQUIRE(::bind(socket, wanted.address(), wanted.size()) == 0);
        REQUIRE(::listen(socket, backlog) == 0);
        sockaddr_in6 bound{};
        socklen_t size = sizeof bound;
        REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
        // Both families have the port at the same place.
        endpoint = Endpoint::parse(address, ntohs(bound.sin6_port));
    }
    ~Listening() { close(); }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    void close() {
        if (socket >= 0) ::close(std::exchange(socket, -1));
    }

    int socket = -1;
    std::optional<Endpoint> endpoint;
};

Task<void> connects(const char* address) {
    Listening listening(address);
    auto socket = connect(*listening.endpoint);
    REQUIRE(socket);
    CHECK(socket->peer() == address);
    socket->expire_after(10s);
    CHECK(co_await socket->connected() == IoStatus::ok);
    CHECK(socket->is_silent());
    const int accepted = ::accept(listening.socket, nullptr, nullptr);
    const auto written = co_await socket->write("hello");
    CHECK(written.bytes == 5);
    std::array<char, 16> bytes{};
    CHECK(::recv(accepted, bytes.data(), bytes.size(), 0) == 5);
    CHECK(::send(accepted, "x", 1, MSG_NOSIGNAL) == 1);
    auto is_spoken_to = [&] { return !socket->is_silent(); };
    co_await test::eventually(is_spoken_to);
    ::close(accepted);
}
Task<void> connects_v4() {
    return connects("127.0.0.1");
}
Task<void> connects_v6() {
    return connects("::1");
}

Task<void> is_refused() {
    Listening listening;
    listening.close();
    auto socket = connect(*listening.endpoint);
    if (!socket) co_return;  // told at once
    socket->expire_after(10s);
    CHECK(co_await socket->connected() == IoStatus::closed);
}

// Of a port whose queue is full, so that the system answers nobody.
struct Unanswered {
    Unanswered() : listening("127.0.0.1", 0), filler(::socket(AF_INET, SOCK_STREAM, 0)) {
        REQUIRE(::connect(filler, listening.endpoint->address(), listening.endpoint->size()) == 0);
        socket = connect(*listening.endpoint);
        REQUIRE(socket);
    }
    ~Unanswered() { ::close(filler); }
    Unanswered(const Unanswered&) = delete;
    Unanswered& operator=(const Unanswered&) = delete;
    Listening listening;
    int filler;
    std::unique_ptr<Socket> socket;
};

Task<void> gives_up_in_time() {
    Unanswered unanswered;
    unanswered.socket->expire_after(5ms);
    CHECK(co_await unanswered.socket->connected() == IoStatus::timed_out);
}

Task<void> wait_for(Socket& socket, std::optional<IoStatus>& status) {
    status = co_await socket.connected();
}

Task<void> is_aborted() {
    Unanswered unanswered;
    std::optional<IoStatus> status;
    spawn(wait_for(*unanswered.socket, status), [](const std::exception_ptr&) { FAIL("the task threw"); });
    CHECK_FALSE(status);
    unanswered.socket->abort();
    CHECK(status == IoStatus::closed);
    co_return;
}

void on_core(Task<void> (*body)()) {
    test::RunningCores cores;
    cores.run(body);
}

}  // namespace

TEST_CASE("a connection is made to an IPv4 address") {
    on_core(connects_v4);
}

TEST_CASE("a connection is made to an IPv6 address") {
    on_core(connects_v6);
}

TEST_CASE("a connection that nobody takes is refused") {
    on_core(is_refused);
}

TEST_CASE("a connection that nobody answers ends at the deadline") {
    on_core(gives_up_in_time);
}

TEST_CASE("a connection that nobody answers can be aborted") {
    on_core(is_aborted);
}

}  // namespace roost::net
