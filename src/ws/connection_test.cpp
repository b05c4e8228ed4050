#include "ws/connection.hpp"

#include "support/ws_talk.hpp"
#include "ws/deflated_frame.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace roost::ws {
namespace {

using namespace std::chrono_literals;
using test::RecordingHandler;
using test::Talk;
using Frames = std::vector<std::string>;

// Counts messages, and those that came before other work of the core had its turn after the first.
class TurnCounter final : public Handler {
public:
    bool on_message(Opcode /*opcode*/, std::string_view /*payload*/) override {
        if (++messages == 1) net::Core::current().post([this] { at_next_turn = messages; });
        return true;
    }
    void on_closed() override {}

    std::size_t messages = 0;
    std::size_t at_next_turn = 0;
};

std::string text_frame(const std::string& payload) {
    return test::client_frame(Opcode::text, payload);
}

}  // namespace

TEST_CASE("a message is told to the handler, and its frames go out") {
    Talk talk;
    talk.client->send_text("echo hello");
    CHECK(talk.client->receive() == "text hello");
    talk.client->send(Opcode::binary, std::string("a\0b", 3));
    talk.wait_for_messages(2);
    CHECK(talk.handler.messages == Frames{"text echo hello", std::string("binary a\0b", 10)});
}

TEST_CASE("65: frames that come in one write are all handled, in order") {
    Talk talk;
    std::string bytes;
    Frames expected;
    for (int i = 0; i < 200; ++i) {
        bytes += text_frame("echo " + std::to_string(i));
        expected.push_back("text " + std::to_string(i));
    }
    talk.client->send_bytes(bytes);
    CHECK(talk.client->receive(200) == expected);
}

TEST_CASE("a message may come byte by byte, or be larger than the buffer of the core") {
    Talk talk;
    for (const char c : text_frame("echo slow")) talk.client->send_bytes({&c, 1});
    CHECK(talk.client->receive() == "text slow");
    const std::string large(900'000, 'x');
    talk.client->send_text("echo " + large);
    CHECK(talk.client->receive() == "text " + large);
}

TEST_CASE("what came behind the upgrade request is handled first") {
    Talk talk({}, text_frame("echo one") + text_frame("echo two").substr(0, 5));
    talk.client->send_bytes(text_frame("echo two").substr(5));
    CHECK(talk.client->receive(2) == Frames{"text one", "text two"});
}

TEST_CASE("45: a ping is answered with a pong of the same payload, and a pong with nothing") {
    Talk talk;
    talk.client->send(Opcode::pong, "unasked");
    talk.client->send(Opcode::ping, "are you there");
    talk.client->send(Opcode::ping, "");
    CHECK(talk.client->receive(2) == Frames{"pong are you there", "pong "});
}

TEST_CASE("47: the client's close is echoed, with its code and without its reason, and the connection ends") {
    Talk talk;
    talk.client->send_text("echo last");
    talk.client->send_close(1000, "bye");
    CHECK(talk.client->receive_rest() == Frames{"text last", "close 1000 "});
    talk.check_it_is_over();
}

TEST_CASE("47: a client that ends its side right behind its close gets the answer all the same") {
    Talk talk;
    talk.server.call([&] {
        talk.client->send_close(1000);
        talk.client->finish();
    });
    CHECK(talk.client->receive_rest() == Frames{"close 1000 "});
    talk.check_it_is_over();
}

TEST_CASE("47: a close without a code is answered with one without a code") {
    Talk talk;
    talk.client->send(Opcode::close, "");
    CHECK(talk.client->receive_rest() == Frames{"close -"});
    talk.check_it_is_over();
}

TEST_CASE("a close of the server goes behind what waits, and ends with the client's answer") {
    Talk talk;
    talk.server.call([&] {
        auto* const connection = talk.handler.connection;
        talk.handler.send("first");
        connection->close(CloseCode::service_restart, "restart");
        CHECK(connection->is_closing());
        CHECK(talk.handler.closed == 1);
    });
    CHECK(talk.client->receive(2) == Frames{"text first", "close 1012 restart"});
    CHECK(talk.server.size() == 1);  // it waits for the answer
    talk.client->send_text("on its way");
    talk.client->send_close(1012);
    CHECK(talk.client->receive() == "end");
    talk.check_it_is_over();
    CHECK(talk.handler.messages.empty());
}

TEST_CASE("a handler may close its connection while it is told a message; the next ones are not told") {
    Talk talk;
    talk.client->send_bytes(text_frame("close") + text_frame("more"));
    CHECK(talk.client->receive() == "close 1008 as asked");
    talk.client->send_close(1008);
    talk.check_it_is_over();
    CHECK(talk.handler.messages == Frames{"text close"});
}

TEST_CASE("sending and closing after the close do nothing") {
    Talk talk;
    talk.server.call([&] {
        auto* const connection = talk.handler.connection;
        connection->close(CloseCode::going_away, "one");
        connection->close(CloseCode::internal_error, "two");
        connection->send(share("never"));
        connection->resume_reading();
    });
    CHECK(talk.client->receive_rest() == Frames{"close 1001 one"});
}

TEST_CASE("a client that does not answer a close is gone after the time-out") {
    Talk talk({.close_timeout = 1s});
    talk.server.call([&] { talk.handler.connection->close(CloseCode::going_away, ""); });
    CHECK(talk.client->receive() == "close 1001 ");
    talk.check_it_is_over();
    CHECK(talk.client->receive() == "end");
}

TEST_CASE("a violation closes with its code and reason, behind the frames before it") {
    struct Case {
        std::string bytes;
        std::string close;
    };
    const std::vector<Case> cases{
        {test::client_frame(0x91, ""), "close 1002 a reserved bit is set"},
        {text_frame("\xff"), "close 1007 text that is not UTF-8"},
        {text_frame(std::string(2000, 'x')), "close 1009 a message over the size limit"},
        {test::client_frame(Opcode::close, test::close_payload(1005)), "close 1002 an invalid close code"},
        {"\x81\x01x", "close 1002 an unmasked frame"},
    };
    for (const auto& [bytes, close] : cases) {
        CAPTURE(close);
        Talk talk({.message_bytes = 1000});
        talk.client->send_bytes(text_frame("echo before") + bytes + text_frame("after"));
        CHECK(talk.client->receive(2) == Frames{"text before", close});
        talk.client->finish();
        talk.check_it_is_over();
        CHECK(talk.handler.messages == Frames{"text echo before"});
    }
}

TEST_CASE("29, 46: compressed messages are read where that was agreed, else they are a violation") {
    const auto frame = test::client_frame(0xC1, std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7));
    Talk talk;
    RecordingHandler agreed;
    const auto made = [&agreed](Connection& connection) { agreed.connection = &connection; };
    roost::test::WsClient client(talk.server.connect(agreed, made, frame, false, Deflate::agreed));
    client.send_bytes(frame + text_frame("echo plain"));
    CHECK(client.receive() == "text plain");
    CHECK(agreed.messages == Frames{"text Hello", "text Hello", "text echo plain"});
    talk.client->send_bytes(frame);
    CHECK(talk.client->receive() == "close 1002 a reserved bit is set");
    talk.server.destroy();
}

TEST_CASE("a connection whose messages unpack to much lets the others have their turn between them") {
    roost::test::RunningCores cores;
    roost::test::WsServer server(cores);
    TurnCounter counter;
    constexpr std::size_t large = 200'000, count = 10;
    const auto deflated = deflated_frame(Opcode::text, std::string(large, 'x'));
    const auto frame = test::client_frame(0xC1, deflated.substr(frame_header_size(deflated.size())));
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += frame;
    REQUIRE(all.size() < 64U << 10);  // they come in one read
    const auto made = [](Connection&) {};
    roost::test::WsClient client(server.connect(counter, made, {}, false, Deflate::agreed));
    client.send_bytes(all);
    server.wait_until([&] { return counter.messages == count && counter.at_next_turn > 0; });
    server.call([&] { CHECK(counter.at_next_turn < 4); });
    client.send_text("the end");
    server.wait_until([&] { return counter.messages == count + 1; });
    server.destroy();
}

TEST_CASE("a client that ends without a close is told to the handler") {
    Talk talk;
    talk.client->close();
    talk.check_it_is_over();
}

TEST_CASE("a client that sends and ends in one go is told: the message, then the end") {
    Talk talk;
    // The core is busy meanwhile: it finds the bytes and the end together.
    talk.server.call([&] {
        talk.client->send_text("last words");
        talk.client->close();
    });
    talk.check_it_is_over();
    CHECK(talk.handler.messages == Frames{"text last words"});
}

TEST_CASE("no message is told while reading is paused, and all are in order when it goes on") {
    Talk talk({}, {}, false, true);
    std::string bytes;
    for (int i = 0; i < 5; ++i) bytes += text_frame(std::to_string(i));
    talk.client->send_bytes(bytes + text_frame("5").substr(0, 3));
    talk.wait_for_messages(1);
    talk.client->send_bytes(text_frame("5").substr(3));
    for (std::size_t count = 1; count <= 6; ++count) {
        talk.wait_for_messages(count);
        talk.server.call([&] {
            CHECK(talk.handler.messages.size() == count);
            talk.handler.connection->resume_reading();
        });
    }
    talk.server.call([&] { talk.handler.pauses = false; });
    talk.client->send_text("echo 6");
    CHECK(talk.client->receive() == "text 6");
    CHECK(talk.handler.messages ==
          Frames{"text 0", "text 1", "text 2", "text 3", "text 4", "text 5", "text echo 6"});
}

TEST_CASE("frames go out while reading is paused") {
    Talk talk({}, {}, false, true);
    talk.client->send_text("pause");
    talk.wait_for_messages(1);
    talk.server.call([&] { talk.handler.send("still here"); });
    CHECK(talk.client->receive() == "text still here");
}

TEST_CASE("a client that ended while reading was paused is found when it goes on") {
    Talk talk({}, {}, false, true);
    talk.client->send_bytes(text_frame("pause"));
    talk.wait_for_messages(1);
    talk.client->send_bytes(text_frame("last"));
    talk.client->close();
    talk.server.call([&] { CHECK(talk.handler.messages.size() == 1); });
    talk.server.call([&] {
        talk.handler.pauses = false;
        talk.handler.connection->resume_reading();
    });
    talk.check_it_is_over();
    CHECK(talk.handler.messages == Frames{"text pause", "text last"});
}

TEST_CASE("a paused connection that is closed sends its close frame and ends") {
    Talk talk({}, {}, false, true);
    talk.client->send_bytes(text_frame("pause") + text_frame("never told"));
    talk.wait_for_messages(1);
    talk.server.call([&] { talk.handler.connection->close(CloseCode::going_away, "enough"); });
    CHECK(talk.client->receive_rest() == Frames{"close 1001 enough"});
    talk.check_it_is_over();
    CHECK(talk.handler.messages == Frames{"text pause"});
}

TEST_CASE("52, 54: a client that is silent beyond the limit is closed with 1001, one that is heard is not") {
    Talk talk({.idle_timeout = 1s});
    RecordingHandler heard;
    roost::test::WsClient other(talk.server.connect(heard, [&](Connection& c) { heard.connection = &c; }));
    const auto start = Clock::now();
    for (bool closed = false; !closed;) {
        REQUIRE(Clock::now() - start < roost::test::patience);
        other.send(Opcode::ping, "");
        CHECK(other.receive() == "pong ");
        talk.server.call([&] { closed = talk.handler.closed == 1; });
    }
    CHECK(Clock::now() - start >= 1s);
    CHECK(talk.client->receive() == "close 1001 idle");
    talk.server.call([&] { CHECK(heard.closed == 0); });
    other.send_text("echo still there");
    CHECK(other.receive() == "text still there");
    talk.server.destroy();
}

TEST_CASE("53: what the server sends does not keep a client that is never heard") {
    Talk talk({.idle_timeout = 1s});
    talk.server.wait_until([&] {
        if (talk.handler.closed == 0) talk.handler.send("x");
        return talk.handler.closed == 1;
    });
    CHECK(talk.client->receive_rest().back() == "close 1001 idle");
}

}  // namespace roost::ws
