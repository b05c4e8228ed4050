// What waits for a client: how much it may be, and when its handler is told that it has become little.
#include "support/ws_talk.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace roost::ws {
namespace {

using Frames = std::vector<std::string>;
using test::Talk;

}  // namespace

TEST_CASE("a slow consumer is closed with 1013, the frame on its way is whole, and nothing comes between") {
    Talk talk({.outbox_bytes = 100'000}, {}, true);
    const std::string large(60'000, 'L');
    talk.server.call([&] {
        auto* const connection = talk.handler.connection;
        talk.handler.send(large);
        CHECK_FALSE(connection->is_closing());
    });
    // The first frame is partly written by now.
    talk.server.call([] {});
    talk.server.call([&] {
        auto* const connection = talk.handler.connection;
        for (int i = 0; i < 10; ++i) connection->send(share(std::string(20'000, 'x')));
        CHECK_FALSE(connection->is_closing());  // not while somebody sends
    });
    talk.server.wait_until([&] { return talk.handler.closed == 1; });
    CHECK(talk.client->receive_rest() == Frames{"text " + large, "close 1013 too slow"});
    talk.client->close();
    talk.check_it_is_over();
}

TEST_CASE("an outbox that was over its bound before anything was written leaves only the close") {
    Talk talk({.outbox_bytes = 1000});
    talk.server.call([&] {
        for (int i = 0; i < 20; ++i) talk.handler.send(std::string(100, 'x'));
    });
    CHECK(talk.client->receive_rest() == Frames{"close 1013 too slow"});
}

TEST_CASE("a client that reads gets more than the bound in all") {
    Talk talk({.outbox_bytes = 100'000}, {}, true);
    const std::string part(50'000, 'x');
    for (int i = 0; i < 10; ++i) {
        talk.server.call([&] { talk.handler.send(part); });
        CHECK(talk.client->receive() == "text " + part);
    }
}

TEST_CASE("a handler that asked is told once when its client has read all but little, and not before") {
    Talk talk({}, {}, true);
    const std::string large(300'000, 'L');
    talk.server.call([&] {
        CHECK(talk.handler.connection->is_drained());
        talk.handler.send(large);
        CHECK_FALSE(talk.handler.connection->is_drained());
        talk.handler.connection->tell_when_drained();
    });
    talk.client->send_text("echo behind it");
    talk.wait_for_messages(1);
    talk.server.call([&] { CHECK(talk.handler.drained == 0); });
    // The server can have written no more than these and what the kernel holds for the client.
    talk.client->receive_bytes(200'000);
    talk.client->send_text("echo still little is read");
    talk.wait_for_messages(2);
    talk.server.call([&] { CHECK(talk.handler.drained == 0); });
    talk.client->receive_bytes(large.size() - 200'000 - Connection::drained_bytes / 2);
    talk.server.wait_until([&] { return talk.handler.drained > 0; });
    talk.server.call([&] {
        CHECK(talk.handler.connection->is_drained());
        talk.handler.send(large);
    });
    talk.client->receive_bytes(Connection::drained_bytes / 2 + frame_header_size(large.size()));
    CHECK(talk.client->receive(3) == Frames{"text behind it", "text still little is read", "text " + large});
    talk.server.call([&] { CHECK(talk.handler.drained == 1); });
}

TEST_CASE("a handler is told as well when the kernel takes all at once") {
    Talk talk;
    const std::string large(100'000, 'L');
    talk.server.call([&] {
        talk.handler.send(large);
        talk.handler.connection->tell_when_drained();
    });
    talk.server.wait_until([&] { return talk.handler.drained == 1; });
    CHECK(talk.client->receive() == "text " + large);
}

TEST_CASE("a handler that is told so may send and ask again, and may close") {
    Talk talk({}, {}, true);
    auto& handler = talk.handler;
    const std::string large(100'000, 'L');
    const auto send = [&] {
        handler.send(large);
        handler.connection->tell_when_drained();
    };
    handler.when_drained = [&] {
        if (handler.drained < 4) send();
        else handler.connection->close(CloseCode::going_away, "that was all");
    };
    talk.server.call(send);
    CHECK(talk.client->receive_until_close() == Frames{"text " + large, "text " + large, "text " + large,
                                                       "text " + large, "close 1001 that was all"});
    talk.client->close();
    talk.check_it_is_over();
    CHECK(handler.drained == 4);
}

TEST_CASE("a handler whose connection is closed is not told any more") {
    Talk talk({}, {}, true);
    const std::string large(100'000, 'L');
    talk.server.call([&] {
        auto* const connection = talk.handler.connection;
        talk.handler.send(large);
        connection->tell_when_drained();
        connection->close(CloseCode::going_away, "enough");
    });
    CHECK(talk.client->receive(2) == Frames{"text " + large, "close 1001 enough"});
    talk.client->close();
    talk.check_it_is_over();
    CHECK(talk.handler.drained == 0);
}

}  // namespace roost::ws
