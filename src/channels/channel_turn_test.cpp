// Joins that take their turn: what a client that joins many channels at once is answered, and when.
#include "channels/channel.hpp"
#include "support/channel_app.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

using namespace testing;
using Frames = std::vector<std::string>;

const std::string den = "room:den";
const std::string hall = "room:hall";
const std::string lobby = "room:lobby";
const std::string beat = R"(text [null,"beat","phoenix","phx_reply",{"status":"ok","response":{}}])";
const std::string gone = R"({"reason":"room_not_found"})";

}  // namespace

TEST_CASE("one join of a socket at a time has its turn, the oldest first, and no other socket waits for it") {
    App app;
    auto client = app.connect();
    auto other = app.connect();
    client.join("1", den, "turn");
    client.join("2", hall, "turn");
    client.join("3", lobby, "turn");
    client.check_silence();
    CHECK(app.at_gate() == 1);
    other.join("1", lobby, "large");
    CHECK(other.receive(2) == Frames{joined("1", lobby), said("1", lobby, large_text)});
    int ref = 0;
    for (const auto& topic : {den, hall, lobby}) {
        app.wait_until_at_gate(1);
        CHECK(app.at_gate() == 1);
        CHECK(client.is_silent());
        app.open_gate();
        CHECK(client.receive() == joined(std::to_string(++ref), topic));
    }
    client.join("4", den, "large");
    CHECK(client.receive(3) == Frames{joined("4", den), closed("1", den), said("4", den, large_text)});
}

TEST_CASE("a join has its turn when the client has read what the one before it was answered") {
    App app;
    auto client = app.connect();
    client.join("1", den, "large");
    client.join("2", hall, "turn");
    CHECK(app.at_gate() == 0);
    client.send_text(R"([null,"beat","phoenix","heartbeat",{}])");
    CHECK(app.at_gate() == 0);
    CHECK(client.receive(3) == Frames{joined("1", den), said("1", den, large_text), beat});
    app.wait_until_at_gate(1);
    app.open_gate();
    CHECK(client.receive() == joined("2", hall));
}

TEST_CASE("a client that joins much and does not read is not closed, and gets all of it when it reads") {
    App app;
    auto client = app.connect();
    Frames expected;
    for (int i = 1; i <= 50; ++i) {
        const auto [ref, topic] = std::pair(std::to_string(i), "room:" + std::to_string(i));
        client.join(ref, topic, "large");
        expected.push_back(joined(ref, topic));
        expected.push_back(said(ref, topic, large_text));
    }
    // It is handled now, and is answered behind what waits already, not behind the joins that wait.
    client.send_text(R"([null,"beat","phoenix","heartbeat",{}])");
    expected.insert(expected.begin() + 2, beat);
    CHECK(app.at_gate() == 0);
    CHECK(client.receive(expected.size()) == expected);
    client.check_silence();
}

TEST_CASE("a join that waits for its turn keeps its place and what is behind it: a leave, another join") {
    App app;
    auto client = app.connect();
    client.join("1", den, "turn");
    client.join("2", hall, "turn");
    client.leave("2", "3", hall);
    client.join("4", hall, "turn");
    client.join("5", lobby, "turn");
    client.check_silence();
    for (const auto& expected :
         {Frames{joined("1", den)},
          Frames{joined("2", hall), reply("2", "3", hall, "ok", "{}"), closed("2", hall)},
          Frames{joined("5", lobby)}, Frames{joined("4", hall)}}) {
        app.wait_until_at_gate(1);
        app.open_gate();
        CHECK(client.receive(expected.size()) == expected);
    }
    client.check_silence();
}

TEST_CASE(
    "a join that is ended while it waits for its turn is refused at once, and the next ones get theirs") {
    App app;
    auto client = app.connect();
    client.join("1", den, "turn");
    client.join("2", hall, "turn");
    client.join("3", lobby, "turn");
    app.wait_until_at_gate(1);
    client.check_silence();
    app.end_channels(hall);
    CHECK(client.receive() == reply("2", "2", hall, "error", gone));
    // One that has its turn passes it on, however its join ends.
    app.end_channels(den);
    app.open_gate();
    CHECK(client.receive() == reply("1", "1", den, "error", gone));
    app.wait_until_at_gate(1);
    app.open_gate();
    CHECK(client.receive() == joined("3", lobby));
    app.publish(hall, "to nobody");
    client.check_silence();
}

TEST_CASE("a join that has ended before it asks for its turn takes none") {
    App app;
    auto client = app.connect();
    client.join("1", den, "late turn");
    app.wait_until_at_gate(1);
    app.end_channels(den);
    app.open_gate();
    CHECK(client.receive() == reply("1", "1", den, "error", gone));
    client.join("2", hall, "turn");
    app.wait_until_at_gate(1);
    app.open_gate();
    CHECK(client.receive() == joined("2", hall));
    client.join("3", den, "late turn");
    app.wait_until_at_gate(1);
    client.close();
    app.server().wait_until_empty();
    app.open_gate();
    CHECK(app.at_gate() == 0);
}

TEST_CASE("joins that wait for their turn are let go when the connection ends") {
    App app;
    auto client = app.connect();
    auto other = app.connect();
    client.join("1", den, "turn");
    client.join("2", hall, "turn");
    client.leave("2", "3", hall);
    client.join("4", hall, "turn");
    other.join("1", den, "large");
    other.join("2", hall, "turn");
    app.wait_until_at_gate(1);
    client.close();
    other.close();
    app.server().wait_until_empty();
    app.open_gate();
    CHECK(app.at_gate() == 0);
}

TEST_CASE("the same when the server ends its connections") {
    App app;
    auto client = app.connect();
    client.join("1", den, "large");
    client.join("2", hall, "turn");
    CHECK(app.at_gate() == 0);
    app.server().destroy();
    app.server().call([] {});  // what that posted is done before all the rest goes
    CHECK(client.receive(2) == Frames{joined("1", den), "cut off"});
}

}  // namespace roost::channels
