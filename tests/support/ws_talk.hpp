// For the tests of connections: one connection, the handler that writes down what it is told, and the client.
#pragma once

#include "support/ws_client.hpp"
#include "ws/connection.hpp"
#include "ws/connections.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace roost::ws::test {

// Writes down what it is told; answers "echo …" with the rest of it. Used on the core.
class RecordingHandler final : public Handler {
public:
    bool on_message(Opcode opcode, std::string_view payload) override {
        CHECK(closed == 0);
        messages.push_back((opcode == Opcode::text ? "text " : "binary ") + std::string(payload));
        if (payload.starts_with("echo ")) send(payload.substr(5));
        if (payload == "close") connection->close(CloseCode::policy_violation, "as asked");
        return !pauses;
    }
    void on_drained() override {
        ++drained;
        if (when_drained) when_drained();
    }
    void on_closed() override {
        ++closed;
        connection = nullptr;
    }
    void send(std::string_view text) const {
        std::string frame;
        append_frame(frame, Opcode::text, text);
        connection->send(share(std::move(frame)));
    }

    Connection* connection = nullptr;
    std::vector<std::string> messages;
    bool pauses = false;
    std::function<void()> when_drained;
    int drained = 0;
    int closed = 0;
};

// One connection, its handler and its client.
struct Talk {
    explicit Talk(const Limits& limits = {}, const std::string& leftover = {}, bool small_buffer = false,
                  bool pauses = false)
        : server(cores, limits) {
        handler.pauses = pauses;
        const auto made = [this](Connection& connection) { handler.connection = &connection; };
        client.emplace(server.connect(handler, made, leftover, small_buffer));
    }
    void wait_for_messages(std::size_t count) {
        server.wait_until([&] { return handler.messages.size() >= count; });
    }
    // The handler was told once that it is over, and nothing is left of the connection.
    void check_it_is_over() {
        server.wait_until_empty();
        server.call([&] { CHECK(handler.closed == 1); });
    }

    roost::test::RunningCores cores;
    RecordingHandler handler;
    roost::test::WsServer server;
    std::optional<roost::test::WsClient> client;
};

}  // namespace roost::ws::test
