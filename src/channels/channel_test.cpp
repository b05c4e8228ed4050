#include "channels/channel.hpp"

#include "support/channel_app.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

using namespace testing;
using Frames = std::vector<std::string>;

const std::string lobby = "room:lobby";

std::string waited(const std::string& join_ref, const std::string& ref, const std::string& topic = lobby) {
    return reply(join_ref, ref, topic, "ok", R"({"text":"hi"})");
}
std::string crashed(const std::string& join_ref, const std::string& topic) {
    return "text [" + join_ref + "," + join_ref + ",\"" + topic +
           R"(","phx_error",{"reason":"channel_crash"}])";
}

}  // namespace

TEST_CASE("69: what the replaced channel still had to answer keeps the old reference") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "2", lobby, "wait");
    app.wait_until_at_gate(1);
    client.join("3", lobby);
    CHECK(client.receive(3) == Frames{joined("1", lobby), joined("3", lobby), closed("1", lobby)});
    app.open_gate();
    CHECK(client.receive() == waited("1", "2"));
    client.send_event("3", "4", lobby, "say");
    CHECK(client.receive(2) == Frames{broadcast("hi"), done("3", "4")});
}

TEST_CASE("73, 74: an event with the channel's reference or null is delivered, one with another is dropped") {
    App app;
    auto client = app.connect();
    client.join("\"2\"", lobby);
    client.send_event("\"1\"", "3", lobby, "say", "stale");
    client.send_event("2", "4", lobby, "say", "a number is not a string");
    client.send_event("\"2\"", "5", lobby, "say", "mine");
    client.send_event("null", "6", lobby, "say", "anyone's");
    CHECK(client.receive(5) == Frames{joined("\"2\"", lobby), broadcast("mine"), done("\"2\"", "5"),
                                      broadcast("anyone's"), done("\"2\"", "6")});
    client.check_silence();
}

TEST_CASE("78: what a handler pushes comes before its reply") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "2", lobby, "tell", "psst");
    CHECK(client.receive(4) == Frames{joined("1", lobby), said("1", lobby, "psst"), said("1", lobby, "psst"),
                                      reply("1", "2", lobby, "ok", "{}")});
}

TEST_CASE("79: a broadcast reaches its sender before the reply, and the others on every core") {
    for (const unsigned count : {1U, 4U}) {
        App app(count);
        std::deque<Client> others;
        for (unsigned core = 0; core < count; ++core) {
            others.emplace_back(app.connect_descriptor(core));
            others.back().join("9", lobby);
            CHECK(others.back().receive() == joined("9", lobby));
        }
        for (unsigned core = 0; core < count; ++core) {
            auto client = app.connect(core);
            client.join("1", lobby);
            CHECK(client.receive() == joined("1", lobby));
            for (int i = 0; i < 20; ++i) {
                const auto text = std::to_string(i);
                client.send_event("1", text, lobby, "say", text);
                CHECK(client.receive(2) == Frames{broadcast(text), done("1", text)});
                for (auto& other : others) CHECK(other.receive() == broadcast(text));
            }
        }
    }
}

TEST_CASE("80: a broadcast from a channel leaves out that channel alone") {
    App app(2);
    auto client = app.connect(0);
    auto same_core = app.connect(0);
    auto other_core = app.connect(1);
    for (auto* const member : {&client, &same_core, &other_core}) {
        member->join("1", lobby);
        CHECK(member->receive() == joined("1", lobby));
    }
    client.send_event("1", "2", lobby, "whisper", "psst");
    CHECK(client.receive() == reply("1", "2", lobby, "ok", "{}"));
    CHECK(same_core.receive() == broadcast("psst"));
    CHECK(other_core.receive() == broadcast("psst"));
    client.check_silence();
}

// A room is removed, and another one gets its slug: their topic is the same.
TEST_CASE("a channel that follows a log gets no durable broadcast of another one") {
    App app;
    auto client = app.connect();
    client.join("1", lobby, "follow");
    CHECK(client.receive() == joined("1", lobby));
    app.publish(lobby, "of another log", 5'000, followed_log - 1);
    app.publish(lobby, "known", 10, followed_log);
    app.publish(lobby, "new", 11, followed_log);
    app.publish(lobby, "passing");
    CHECK(client.receive(2) == Frames{broadcast("new"), broadcast("passing")});
    client.check_silence();
}

TEST_CASE("a durable broadcast that the client has already is not sent again") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    app.publish(lobby, "seven", 7);
    app.publish(lobby, "seven again", 7);
    app.publish(lobby, "six", 6);
    app.publish(lobby, "passing");
    app.publish(lobby, "eight", 8);
    CHECK(client.receive(3) == Frames{broadcast("seven"), broadcast("passing"), broadcast("eight")});
    client.check_silence();
}

TEST_CASE("84: an event without a reference is answered") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "null", lobby, "refuse");
    CHECK(client.receive(2).back() == reply("1", "null", lobby, "error", R"({"reason":"room_not_found"})"));
}

TEST_CASE("85: an unknown event is answered, and the channel lives") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "2", lobby, "dance");
    CHECK(client.receive(2).back() == reply("1", "2", lobby, "error", R"({"reason":"unknown event"})"));
    client.send_event("1", "3", lobby, "say");
    CHECK(client.receive(2).back() == done("1", "3"));
}

TEST_CASE("an event whose payload is not acceptable says why, and the channel lives") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    client.send_text(R"([1,2,"room:lobby","say",{"text":"","x":1}])");
    CHECK(client.receive() ==
          reply("1", "2", lobby, "error",
                R"({"reason":"invalid_input","errors":[{"pointer":"/text","code":"too_short",)"
                R"("detail":"must have at least 1 characters"},)"
                R"({"pointer":"/x","code":"unknown","detail":"is not a known member"}]})"));
    client.send_text(R"([1,3,"room:lobby","say",["text"]])");
    CHECK(
        client.receive() ==
        reply(
            "1", "3", lobby, "error",
            R"({"reason":"invalid_input","errors":[{"pointer":"","code":"type","detail":"must be an object"}]})"));
}

TEST_CASE("86, 89: a leave is answered, then the channel closes, and later events are unmatched") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.leave("1", "2", lobby);
    client.send_event("1", "3", lobby, "say");
    CHECK(client.receive(4) == Frames{joined("1", lobby), reply("1", "2", lobby, "ok", "{}"),
                                      closed("1", lobby), unmatched("null", "3", lobby)});
    app.publish(lobby, "to nobody");
    client.check_silence();
}

TEST_CASE("87, 88: a leave of a topic not joined is ok, one with a stale reference is silence") {
    App app;
    auto client = app.connect();
    client.leave("1", "2", lobby);
    CHECK(client.receive() == reply("1", "2", lobby, "ok", "{}"));
    client.join("3", lobby);
    client.leave("1", "4", lobby);
    CHECK(client.receive() == joined("3", lobby));
    client.check_silence();
    client.send_event("3", "5", lobby, "say");
    CHECK(client.receive(2).back() == done("3", "5"));
}

TEST_CASE("87, 89: what waited behind a leave is answered as if it had come after it") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "2", lobby, "wait");
    client.leave("1", "3", lobby);
    client.send_event("1", "4", lobby, "say");
    client.leave("1", "5", lobby);
    app.wait_until_at_gate(1);
    app.open_gate();
    const auto frames = client.receive(6);
    CHECK(Frames(frames.begin(), frames.begin() + 4) == Frames{joined("1", lobby), waited("1", "2"),
                                                               reply("1", "3", lobby, "ok", "{}"),
                                                               closed("1", lobby)});
    CHECK(frames[4] == unmatched("1", "4", lobby));
    CHECK(frames[5] == reply("1", "5", lobby, "ok", "{}"));
}

TEST_CASE("a join sent while the leave before it waits gets a channel of its own") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "2", lobby, "wait");
    client.leave("1", "3", lobby);
    client.join("4", lobby);
    app.wait_until_at_gate(1);
    CHECK(client.receive(3) == Frames{joined("1", lobby), joined("4", lobby), closed("1", lobby)});
    app.open_gate();
    CHECK(client.receive(2) == Frames{waited("1", "2"), reply("1", "3", lobby, "ok", "{}")});
    client.send_event("4", "5", lobby, "say");
    CHECK(client.receive(2) == Frames{broadcast("hi"), done("4", "5")});
}

TEST_CASE("91, 92: a handler that throws ends its channel with phx_error, and others are untouched") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.join("2", "room:den");
    CHECK(client.receive(2) == Frames{joined("1", lobby), joined("2", "room:den")});
    client.send_event("1", "3", lobby, "crash");
    CHECK(client.receive() == crashed("1", lobby));
    client.send_event("2", "4", "room:den", "tell", "still here");
    CHECK(client.receive(3).front() == said("2", "room:den", "still here"));
    client.send_event("1", "5", lobby, "say");
    CHECK(client.receive() == unmatched("null", "5", lobby));
    client.join("6", lobby);
    CHECK(client.receive() == joined("6", lobby));
    client.check_silence();
}

TEST_CASE("a channel that waits keeps no other channel waiting, and its events stay in order") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    client.join("2", "room:den");
    CHECK(client.receive(2) == Frames{joined("1", lobby), joined("2", "room:den")});
    client.send_event("1", "3", lobby, "wait");
    client.send_event("1", "4", lobby, "say");
    client.send_event("2", "5", "room:den", "wait");
    app.wait_until_at_gate(2);
    app.open_gate();
    CHECK(client.receive(3) == Frames{waited("1", "3"), broadcast("hi"), done("1", "4")});
    app.open_gate();
    CHECK(client.receive() == waited("2", "5", "room:den"));
}

}  // namespace roost::channels
