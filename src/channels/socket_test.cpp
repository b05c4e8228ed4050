#include "channels/socket.hpp"

#include "support/channel_app.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

using namespace testing;
using Frames = std::vector<std::string>;

const std::string lobby = "room:lobby";

}  // namespace

TEST_CASE("57: a join is answered ok with its reference and its response") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    client.join("\"2\"", "room:den");
    CHECK(client.receive() == joined("\"2\"", "room:den"));
}

TEST_CASE("38: references come back as they were sent, also null and numbers with fractions") {
    App app;
    auto client = app.connect();
    client.send_text(R"(["j","r","room:lobby","phx_join",{}])");
    CHECK(client.receive() == reply("\"j\"", "\"r\"", lobby, "ok", R"({"text":"lobby"})"));
    client.send_event("\"j\"", "1.50", lobby, "tell");
    CHECK(client.receive(3).back() == reply("\"j\"", "1.50", lobby, "ok", "{}"));
}

TEST_CASE("49-51: the phoenix topic answers heartbeats with no channel joined, and nothing else") {
    App app;
    auto client = app.connect();
    client.check_silence();
    client.send_text(R"(["1","7","phoenix","phx_join",{}])");
    CHECK(client.receive() == unmatched("null", "\"7\"", "phoenix"));
}

TEST_CASE("50: a heartbeat does not wait behind a busy channel") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    client.send_event("1", "2", lobby, "wait");
    app.wait_until_at_gate(1);
    client.check_silence();
    app.open_gate();
    CHECK(client.receive() == reply("1", "2", lobby, "ok", R"({"text":"hi"})"));
}

TEST_CASE(
    "62, 75: joins of unknown topics and events on topics not joined are unmatched, with the same ref") {
    App app;
    auto client = app.connect();
    client.join("1", "nope");
    CHECK(client.receive() == unmatched("null", "1", "nope"));
    client.send_event("1", "\"x\"", lobby, "say");
    CHECK(client.receive() == unmatched("null", "\"x\"", lobby));
    client.send_event("null", "null", "exactly", "say");
    CHECK(client.receive() == unmatched("null", "null", "exactly"));
}

TEST_CASE("64: the channel over the limit is refused, a rejoin does not count, and leaving makes room") {
    App app(1, {.channels = 2});
    auto client = app.connect();
    client.join("1", "room:a");
    client.join("2", "room:b");
    client.join("3", "room:c");
    CHECK(client.receive(3) ==
          Frames{joined("1", "room:a"), joined("2", "room:b"),
                 reply("3", "3", "room:c", "error", R"({"reason":"too many channels joined"})")});
    client.send_event("3", "4", "room:c", "say");
    CHECK(client.receive() == unmatched("null", "4", "room:c"));
    client.join("5", "room:a");
    CHECK(client.receive(2) == Frames{joined("5", "room:a"), closed("1", "room:a")});
    client.leave("2", "6", "room:b");
    CHECK(client.receive(2).back() == closed("2", "room:b"));
    client.join("7", "room:c");
    CHECK(client.receive() == joined("7", "room:c"));
    client.join("8", "room:d", "refuse");
    CHECK(client.receive() == reply("8", "8", "room:d", "error", R"({"reason":"too many channels joined"})"));
}

TEST_CASE("60: a refused join leaves room for another") {
    App app(1, {.channels = 1});
    auto client = app.connect();
    client.join("1", lobby, "refuse");
    CHECK(client.receive() == reply("1", "1", lobby, "error", R"({"reason":"forbidden"})"));
    client.join("2", "room:den");
    CHECK(client.receive() == joined("2", "room:den"));
}

TEST_CASE("31, 32, 34: what is no channel message ends the connection with 1007") {
    struct Case {
        ws::Opcode opcode;
        std::string payload;
        std::string close;
    };
    for (const auto& [opcode, payload, close] :
         std::vector<Case>{{ws::Opcode::text, "{}", "close 1007 not a channel message"},
                           {ws::Opcode::text, "hello", "close 1007 not a channel message"},
                           {ws::Opcode::text, R"([null,null,")" + std::string(256, 't') + R"(","e",{}])",
                            "close 1007 a topic, event or reference is too long"},
                           {ws::Opcode::text, R"([null,null,"t",")" + std::string(256, 'e') + R"(",{}])",
                            "close 1007 a topic, event or reference is too long"},
                           {ws::Opcode::text, R"([null,")" + std::string(256, 'r') + R"(","t","e",{}])",
                            "close 1007 a topic, event or reference is too long"},
                           {ws::Opcode::binary, "\x01", "close 1007 not a channel message"}}) {
        App app;
        auto client = app.connect();
        client.join("1", lobby);
        client.send(opcode, payload);
        client.send_event("1", "2", lobby, "say");
        CHECK(client.receive(2) == Frames{joined("1", lobby), close});
        client.finish();
        CHECK(client.receive() == "end");
        app.server().wait_until_empty();
    }
}

TEST_CASE("names and references of 255 bytes are accepted") {
    App app;
    auto client = app.connect();
    const auto topic = "room:" + std::string(250, 't');
    const auto ref = "\"" + std::string(255, 'r') + "\"";
    client.join(ref, topic);
    CHECK(client.receive() == joined(ref, topic));
}

TEST_CASE("65: a join and events sent without waiting are handled in order, with many channels at once") {
    App app;
    auto client = app.connect();
    Frames expected;
    for (int i = 0; i < 20; ++i) {
        const auto topic = "room:" + std::to_string(i);
        const auto ref = std::to_string(i);
        client.join(ref, topic);
        client.send_event(ref, "1", topic, "tell", "a");
        client.send_event(ref, "2", topic, "tell", "b");
        expected.insert(expected.end(), {joined(ref, topic), said(ref, topic, "a"), said(ref, topic, "a"),
                                         reply(ref, "1", topic, "ok", "{}"), said(ref, topic, "b"),
                                         said(ref, topic, "b"), reply(ref, "2", topic, "ok", "{}")});
    }
    auto frames = client.receive(expected.size());
    // Channels do not wait for each other: the order is that of each topic.
    const auto by_topic = [](Frames all, const std::string& topic) {
        std::erase_if(all,
                      [&](const std::string& f) { return f.find("\"" + topic + "\"") == std::string::npos; });
        return all;
    };
    for (int i = 0; i < 20; ++i) {
        const auto topic = "room:" + std::to_string(i);
        CHECK(by_topic(frames, topic) == by_topic(expected, topic));
    }
}

TEST_CASE("93: a closed connection ends its channels without a frame, and nothing reaches it any more") {
    App app;
    auto client = app.connect();
    auto other = app.connect();
    client.join("1", lobby);
    other.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    CHECK(other.receive() == joined("1", lobby));
    client.send_close(1000);
    CHECK(client.receive_rest() == Frames{"close 1000 "});
    other.send_event("1", "2", lobby, "say");
    CHECK(other.receive(2) == Frames{"text [null,null,\"room:lobby\",\"said\",{\"text\":\"hi\"}]",
                                     reply("1", "2", lobby, "ok", R"({"text":"done"})")});
}

TEST_CASE("a connection may end while a join or a handler waits") {
    App app(2);
    for (const std::string mode : {"wait", ""}) {
        auto client = app.connect();
        client.join("1", lobby, mode);
        client.send_event("1", "2", lobby, "wait");
        client.send_event("1", "3", lobby, "say");
        app.wait_until_at_gate(1);
        client.close();
        app.server().wait_until_empty();
        app.publish(lobby, "to nobody");
        app.open_gate();
    }
}

}  // namespace roost::channels
