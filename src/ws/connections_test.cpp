#include "ws/connections.hpp"

#include "support/ws_client.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

namespace roost::ws {
namespace {

using Frames = std::vector<std::string>;

// Told of the end; sends when it is asked to.
struct Member final : Handler {
    bool on_message(Opcode, std::string_view) override { return true; }
    void on_closed() override {
        ++closed;
        connection = nullptr;
        if (at_close) at_close();
    }
    Connection* connection = nullptr;
    int closed = 0;
    std::function<void()> at_close;
};

// Many connections on one core.
struct Crowd {
    explicit Crowd(std::size_t count) : members(count), server(cores) {
        for (auto& member : members) {
            const auto made = [&member](Connection& connection) { member.connection = &connection; };
            clients.emplace_back(server.connect(member, made));
        }
    }
    [[nodiscard]] int closed() const {
        int count = 0;
        for (const auto& member : members) count += member.closed;
        return count;
    }

    roost::test::RunningCores cores;
    std::deque<Member> members;
    roost::test::WsServer server;
    std::deque<roost::test::WsClient> clients;
};

SharedBytesPtr text(const std::string& payload) {
    std::string frame;
    append_frame(frame, Opcode::text, payload);
    return share(std::move(frame));
}

}  // namespace

TEST_CASE("connections that are destroyed tell every handler once, open ones and closing ones") {
    Crowd crowd(6);
    crowd.server.call([&] {
        crowd.members[0].connection->close(CloseCode::going_away, "");
        crowd.members[1].connection->send(text("never flushed"));
    });
    CHECK(crowd.server.size() == 6);
    crowd.server.destroy();
    for (const auto& member : crowd.members) CHECK(member.closed == 1);
    for (auto& client : crowd.clients) static_cast<void>(client.receive_rest());
}

TEST_CASE("a handler that ends others when it is told does no harm") {
    Crowd crowd(5);
    crowd.server.call([&] {
        crowd.members[0].at_close = [&] {
            for (std::size_t i = 1; i < 5; ++i)
                if (auto* const connection = crowd.members[i].connection)
                    connection->close(CloseCode::going_away, "");
        };
    });
    crowd.server.destroy();
    CHECK(crowd.closed() == 5);
}

TEST_CASE("one shared frame reaches every connection") {
    Crowd crowd(300);
    crowd.server.call([&] {
        const auto frame = text("to all");
        for (auto& member : crowd.members) member.connection->send(frame);
    });
    for (auto& client : crowd.clients) CHECK(client.receive() == "text to all");
}

TEST_CASE("frames sent in several turns reach every connection in order") {
    Crowd crowd(100);
    for (int i = 0; i < 20; ++i)
        crowd.cores[0].post([&crowd, frame = text(std::to_string(i))] {
            for (auto& member : crowd.members) member.connection->send(frame);
        });
    for (auto& client : crowd.clients)
        for (int i = 0; i < 20; ++i) CHECK(client.receive() == "text " + std::to_string(i));
}

TEST_CASE("96: many are drained in batches, one after the other, and what comes meanwhile as well") {
    Crowd crowd(200);
    crowd.server.call([&] {
        crowd.server.connections().drain(CloseCode::service_restart, "restart", std::chrono::seconds(2));
    });
    // The first batch is gone at once, the last one is not.
    CHECK(crowd.closed() == 50);
    Member late;
    roost::test::WsClient latecomer(crowd.server.connect(late, [](Connection&) {}));
    crowd.server.wait_until([&] { return crowd.closed() == 200; });
    for (auto& client : crowd.clients) CHECK(client.receive() == "close 1012 restart");
    CHECK(latecomer.receive() == "close 1012 restart");
}

TEST_CASE("draining says so to every client, a few at once, and they end when the clients answer") {
    Crowd crowd(10);
    crowd.server.call([&] {
        crowd.server.connections().drain(CloseCode::service_restart, "restart", std::chrono::seconds(5));
    });
    CHECK(crowd.closed() == 10);
    for (auto& client : crowd.clients) {
        CHECK(client.receive() == "close 1012 restart");
        client.send_close(1012);
    }
    crowd.server.wait_until_empty();
    for (auto& client : crowd.clients) CHECK(client.receive() == "end");
    CHECK(crowd.closed() == 10);
}

TEST_CASE("connections that come and go are forgotten") {
    Crowd crowd(50);
    for (std::size_t i = 0; i < 50; ++i) {
        if (i % 2 == 0) crowd.clients[i].close();
        else crowd.clients[i].send_close(1000);
    }
    crowd.server.wait_until_empty();
    CHECK(crowd.closed() == 50);
    Member late;
    roost::test::WsClient client(crowd.server.connect(late, [&](Connection& c) { late.connection = &c; }));
    CHECK(crowd.server.size() == 1);
    crowd.server.call([&] { late.connection->send(text("hello")); });
    CHECK(client.receive() == "text hello");
    crowd.server.destroy();
}

}  // namespace roost::ws
