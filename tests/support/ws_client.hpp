// For tests of WebSocket connections: one core's connections, and clients that block on the other end of a
// socket pair.
#pragma once

#include "support/on_core.hpp"
#include "ws/codec_fixture.hpp"
#include "ws/connections.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

namespace roost::test {

// A client's end; ten seconds without a byte fail the test. Frames are given as text: "text hello",
// "close 1000 bye", "pong x", and "end" when the server has closed its side.
class WsClient {
public:
    explicit WsClient(int descriptor) : socket_(descriptor) {
        const timeval time{.tv_sec = patience.count(), .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    }
    ~WsClient() { close(); }
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;

    void send_bytes(std::string_view bytes) const {
        REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes));
    }
    void send(ws::Opcode opcode, const std::string& payload) const {
        send_bytes(ws::test::client_frame(opcode, payload));
    }
    void send_text(const std::string& payload) const { send(ws::Opcode::text, payload); }
    void send_close(unsigned code, const std::string& reason = {}) const {
        send(ws::Opcode::close, ws::test::close_payload(code, reason));
    }
    void finish() const { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }

    // The next frame.
    std::string receive() {
        const auto head = take(2);
        if (head.size() < 2) return head.empty() ? "end" : "cut off";
        const auto opcode = static_cast<ws::Opcode>(byte(head[0]) & 0x0FU);
        CHECK((byte(head[0]) & 0xF0U) == 0x80U);  // whole, no reserved bits
        std::size_t size = byte(head[1]);
        REQUIRE(size <= 127);  // unmasked
        if (size > 125) {
            const auto length = take(size == 126 ? 2 : 8);
            size = 0;
            for (const char c : length) size = size << 8U | byte(c);
        }
        const auto payload = take(size);
        if (payload.size() < size) return "cut off";
        return name_of(opcode) + (opcode == ws::Opcode::close ? reason_of(payload) : payload);
    }
    std::vector<std::string> receive(std::size_t count) {
        std::vector<std::string> frames;
        while (frames.size() < count) frames.push_back(receive());
        return frames;
    }
    // So many bytes as they come, whatever they are.
    std::string receive_bytes(std::size_t count) { return take(count); }
    // All frames up to "end", which is not among them.
    std::vector<std::string> receive_rest() {
        std::vector<std::string> frames;
        while (true) {
            auto frame = receive();
            if (frame == "end") return frames;
            frames.push_back(std::move(frame));
        }
    }
    // All frames up to a close frame, the last one.
    std::vector<std::string> receive_until_close() {
        std::vector<std::string> frames;
        do frames.push_back(receive());
        while (!frames.back().starts_with("close ") && frames.back() != "end");
        return frames;
    }
    // Nothing has come that was not received, at this moment.
    [[nodiscard]] bool is_silent() const {
        pollfd events{.fd = socket_, .events = POLLIN, .revents = 0};
        return received_.empty() && ::poll(&events, 1, 0) == 0;
    }

private:
    static unsigned byte(char c) { return static_cast<unsigned char>(c); }
    static std::string name_of(ws::Opcode opcode) {
        switch (opcode) {
            case ws::Opcode::text: return "text ";
            case ws::Opcode::binary: return "binary ";
            case ws::Opcode::close: return "close ";
            case ws::Opcode::ping: return "ping ";
            case ws::Opcode::pong: return "pong ";
            default: return "? ";
        }
    }
    static std::string reason_of(const std::string& payload) {
        if (payload.size() < 2) return "-";
        return std::to_string(byte(payload[0]) << 8U | byte(payload[1])) + " " + payload.substr(2);
    }
    // Fewer only at the end.
    std::string take(std::size_t bytes) {
        std::array<char, 65536> buffer;  // NOLINT: filled by the kernel
        while (received_.size() < bytes) {
            const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
            REQUIRE_MESSAGE((got >= 0 || errno == ECONNRESET), "no byte and no end within ten seconds");
            if (got <= 0) break;
            received_.append(buffer.data(), static_cast<std::size_t>(got));
        }
        auto taken = received_.substr(0, bytes);
        received_.erase(0, taken.size());
        return taken;
    }

    int socket_;
    std::string received_;
};

// The connections of one core, at the server's end of pairs.
class WsServer {
public:
    explicit WsServer(RunningCores& cores, const ws::Limits& limits = {}, unsigned core = 0)
        : cores_(cores), core_(core) {
        call([&] { connections_ = std::make_unique<ws::Connections>(cores[core], limits); });
    }
    ~WsServer() { destroy(); }
    WsServer(const WsServer&) = delete;
    WsServer& operator=(const WsServer&) = delete;

    // The client's descriptor. `made` is called with the new connection, on the core. With a small buffer
    // the connection cannot write much before the client reads.
    int connect(ws::Handler& handler, const std::function<void(ws::Connection&)>& made,
                std::string leftover = {}, bool small_buffer = false,
                ws::Deflate deflate = ws::Deflate::none) {
        std::array<int, 2> both{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) == 0);
        REQUIRE(::fcntl(both[0], F_SETFL, O_NONBLOCK) == 0);
        if (small_buffer) {
            const int smallest = 1;
            ::setsockopt(both[0], SOL_SOCKET, SO_SNDBUF, &smallest, sizeof smallest);
        }
        call([&] {
            net::Socket socket(both[0], "a peer");
            connections_->accept(socket, std::move(leftover), handler, made, deflate);
        });
        return both[1];
    }

    [[nodiscard]] ws::Connections& connections() { return *connections_; }
    [[nodiscard]] std::size_t size() {
        std::size_t count = 0;
        call([&] { count = connections_->size(); });
        return count;
    }
    void wait_until_empty() {
        wait_until([this] { return connections_->size() == 0; });
    }
    void destroy() {
        call([&] { connections_.reset(); });
    }
    void call(const std::function<void()>& f) { cores_.call(f, core_); }
    void wait_until(const std::function<bool()>& is_so) { cores_.wait_until(is_so, core_); }

private:
    RunningCores& cores_;
    unsigned core_;
    std::unique_ptr<ws::Connections> connections_;
};

}  // namespace roost::test
