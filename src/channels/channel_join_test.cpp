#include "channels/channel.hpp"
#include "support/channel_app.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

using namespace testing;
using Frames = std::vector<std::string>;

const std::string lobby = "room:lobby";

}  // namespace

TEST_CASE("58: a push during join comes behind the join's reply") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "push");
    CHECK(client.receive(2) == Frames{joined("1", lobby), said("1", lobby, "early")});
}

TEST_CASE(
    "59: broadcasts during join come behind the join's reply and its pushes, in order, and none is lost") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "wait");
    app.wait_until_at_gate(1);
    app.publish(lobby, "one");
    app.publish(lobby, "two");
    client.check_silence();
    app.open_gate();
    app.publish(lobby, "three");
    CHECK(client.receive(5) == Frames{joined("1", lobby), said("1", lobby, "before"), broadcast("one"),
                                      broadcast("two"), broadcast("three")});
    client.check_silence();
}

TEST_CASE("60: a refused join is answered with its reason, and no channel is there") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "refuse");
    CHECK(client.receive() == reply("1", "1", lobby, "error", R"({"reason":"forbidden"})"));
    app.publish(lobby, "to nobody");
    client.send_event("1", "2", lobby, "say");
    CHECK(client.receive() == unmatched("null", "2", lobby));
}

TEST_CASE("60: what was broadcast during a join that is refused is not delivered") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "wait, refuse");
    app.wait_until_at_gate(1);
    app.publish(lobby, "to members");
    app.open_gate();
    CHECK(client.receive() == reply("1", "1", lobby, "error", R"({"reason":"forbidden"})"));
    client.check_silence();
}

TEST_CASE("a join whose payload is not acceptable says why; members it does not know are ignored") {
    App app;
    auto client = app.connect();
    client.send_text(R"([1,1,"room:lobby","phx_join",{"mode":7}])");
    CHECK(
        client.receive() ==
        reply(
            "1", "1", lobby, "error",
            R"({"reason":"invalid_input","errors":[{"pointer":"/mode","code":"type","detail":"must be a string"}]})"));
    client.send_text(R"([2,2,"room:lobby","phx_join",{"token":"x","more":[]}])");
    CHECK(client.receive() == joined("2", lobby));
}

TEST_CASE("61: a join that throws is answered, without what was thrown, and the socket lives") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "crash");
    CHECK(client.receive() == reply("1", "1", lobby, "error", R"({"reason":"join crashed"})"));
    app.publish(lobby, "to nobody");
    client.join("2", lobby);
    CHECK(client.receive() == joined("2", lobby));
}

TEST_CASE("65: events behind a join that waits are handled after it") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "wait");
    client.send_event("1", "2", lobby, "say", "after");
    client.leave("1", "3", lobby);
    app.wait_until_at_gate(1);
    client.check_silence();
    app.open_gate();
    CHECK(client.receive(6) == Frames{joined("1", lobby), said("1", lobby, "before"), broadcast("after"),
                                      done("1", "2"), reply("1", "3", lobby, "ok", "{}"),
                                      closed("1", lobby)});
}

TEST_CASE("67, 68: a second join replaces the first: the new reply, then a close with the old reference") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.join("2", lobby);
    CHECK(client.receive(3) == Frames{joined("1", lobby), joined("2", lobby), closed("1", lobby)});
    app.publish(lobby, "once");
    CHECK(client.receive() == broadcast("once"));
    client.send_event("2", "3", lobby, "say", "twice");
    CHECK(client.receive(2) == Frames{broadcast("twice"), done("2", "3")});
    client.check_silence();
}

TEST_CASE(
    "67, 68: joins sent while one is under way are answered one after the other, with what is behind them") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.join("2", lobby, "wait");
    client.join("3", lobby);
    client.send_event("3", "4", lobby, "tell", "mine");
    client.send_event("2", "5", lobby, "tell", "stale by then");
    client.join("6", lobby, "refuse");
    client.send_event("6", "7", lobby, "tell");
    app.wait_until_at_gate(1);
    CHECK(client.receive() == joined("1", lobby));
    client.check_silence();
    app.open_gate();
    CHECK(client.receive(11) == Frames{joined("2", lobby), closed("1", lobby), said("2", lobby, "before"),
                                       joined("3", lobby), closed("2", lobby), said("3", lobby, "mine"),
                                       said("3", lobby, "mine"), reply("3", "4", lobby, "ok", "{}"),
                                       reply("6", "6", lobby, "error", R"({"reason":"forbidden"})"),
                                       closed("3", lobby), unmatched("null", "7", lobby)});
    app.publish(lobby, "to nobody");
    client.check_silence();
}

TEST_CASE("86: a leave between two joins in one write is answered between them") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "wait");
    client.leave("1", "2", lobby);
    client.join("3", lobby);
    client.send_event("3", "4", lobby, "refuse");
    app.wait_until_at_gate(1);
    app.open_gate();
    CHECK(client.receive(6) == Frames{joined("1", lobby), said("1", lobby, "before"),
                                      reply("1", "2", lobby, "ok", "{}"), closed("1", lobby),
                                      joined("3", lobby),
                                      reply("3", "4", lobby, "error", R"({"reason":"room_not_found"})")});
    client.check_silence();
}

TEST_CASE("65: events behind a second join keep their order, however many wait and reading stops") {
    App app(1, {.waiting_events = 4});
    auto client = app.connect();
    client.join("1", lobby, "wait");
    client.join("2", lobby);
    Frames expected{joined("1", lobby), said("1", lobby, "before"), joined("2", lobby), closed("1", lobby)};
    for (int i = 3; i < 30; ++i) {
        client.send_event("2", std::to_string(i), lobby, "refuse");
        expected.push_back(reply("2", std::to_string(i), lobby, "error", R"({"reason":"room_not_found"})"));
    }
    app.wait_until_at_gate(1);
    app.open_gate();
    CHECK(client.receive(expected.size()) == expected);
}

TEST_CASE("58, 90: a channel that is ended while it joins is refused, and joins that wait come after that") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "wait");
    client.join("2", lobby);
    app.wait_until_at_gate(1);
    app.end_channels(lobby);
    client.join("3", lobby);
    client.check_silence();
    app.open_gate();
    CHECK(client.receive(4) == Frames{reply("1", "1", lobby, "error", R"({"reason":"room_not_found"})"),
                                      joined("2", lobby), joined("3", lobby), closed("2", lobby)});
    app.publish(lobby, "once");
    CHECK(client.receive() == broadcast("once"));
    app.end_channels(lobby);
    CHECK(client.receive() == closed("3", lobby));
    client.check_silence();
}

TEST_CASE("what waits behind a join that is under way is let go when the connection ends") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "wait");
    client.join("2", lobby);
    client.send_event("2", "3", lobby, "say");
    app.wait_until_at_gate(1);
    client.close();
    app.server().wait_until_empty();
    app.open_gate();
    auto other = app.connect();
    other.join("1", lobby);
    CHECK(other.receive() == joined("1", lobby));
    other.check_silence();
}

TEST_CASE("71: when the second join is refused, the first channel is gone too") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.join("2", lobby, "refuse");
    CHECK(client.receive(3) == Frames{joined("1", lobby),
                                      reply("2", "2", lobby, "error", R"({"reason":"forbidden"})"),
                                      closed("1", lobby)});
    app.publish(lobby, "to nobody");
    client.send_event("null", "3", lobby, "say");
    CHECK(client.receive() == unmatched("null", "3", lobby));
}

}  // namespace roost::channels
