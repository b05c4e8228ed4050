// For tests of what talks to an upstream: a listening port whose connections the test itself plays, from its
// own thread. Five seconds without what it waits for fail the test.
#pragma once

#include "net/endpoint.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace roost::http::testing {

// The upstream's side of one connection.
class UpstreamConnection {
public:
    explicit UpstreamConnection(int socket) : socket_(socket) {
        const timeval patience{.tv_sec = 5, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    ~UpstreamConnection() { close(); }
    UpstreamConnection(UpstreamConnection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
    UpstreamConnection& operator=(UpstreamConnection&& other) noexcept {
        std::swap(socket_, other.socket_);
        return *this;
    }

    // The next request's head, and as many bytes of its body as it announces.
    std::string receive_request() {
        std::string request;
        while (!request.ends_with("\r\n\r\n")) request += receive(1);
        const auto length = request.find("Content-Length: ");
        if (length == std::string::npos) return request;
        for (auto rest = std::stoul(request.substr(length + 16)); rest > 0;) {
            const auto part = receive(rest);
            rest -= part.size();
            request += part;
        }
        return request;
    }
    void send(std::string_view bytes) {
        REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes));
    }
    void answer(std::string_view body, std::string_view headers = "") {
        send("HTTP/1.1 200 OK\r\n" + std::string(headers) + "Content-Length: " + std::to_string(body.size()) +
             "\r\n\r\n" + std::string(body));
    }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    // Without a word: the other side gets an error instead of an end.
    void reset() {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    // The client ends it, and has sent nothing before that.
    [[nodiscard]] bool is_ended() {
        char byte = 0;
        return ::recv(socket_, &byte, 1, 0) == 0;
    }

private:
    std::string receive(std::size_t most) {
        std::array<char, 4096> bytes;  // NOLINT: filled by the kernel
        const auto got = ::recv(socket_, bytes.data(), std::min(most, bytes.size()), 0);
        REQUIRE_MESSAGE(got > 0, "the client sends nothing more");
        return {bytes.data(), static_cast<std::size_t>(got)};
    }

    int socket_;
};

class ScriptedUpstream {
public:
    // A free port, or a certain one.
    explicit ScriptedUpstream(std::uint16_t port = 0, const std::string& address = "127.0.0.1")
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const int on = 1;
        ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        const auto wanted = *net::Endpoint::parse(address, port);
        sockaddr_in bound{};
        socklen_t size = sizeof bound;
        REQUIRE(::bind(socket_, wanted.address(), wanted.size()) == 0);
        REQUIRE(::listen(socket_, 64) == 0);
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
        port_ = ntohs(bound.sin_port);
    }
    ~ScriptedUpstream() { stop(); }
    ScriptedUpstream(const ScriptedUpstream&) = delete;
    ScriptedUpstream& operator=(const ScriptedUpstream&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] net::Endpoint endpoint(const std::string& address = "127.0.0.1") const {
        return *net::Endpoint::parse(address, port_);
    }
    [[nodiscard]] UpstreamConnection accept() {
        REQUIRE_MESSAGE(has_connection_within(5000), "no connection comes");
        return UpstreamConnection(::accept(socket_, nullptr, nullptr));
    }
    // One is waiting to be accepted.
    [[nodiscard]] bool has_connection() const { return has_connection_within(0); }
    void stop() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }

private:
    [[nodiscard]] bool has_connection_within(int time_ms) const {
        pollfd events{.fd = socket_, .events = POLLIN, .revents = 0};
        return ::poll(&events, 1, time_ms) > 0;
    }

    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace roost::http::testing
