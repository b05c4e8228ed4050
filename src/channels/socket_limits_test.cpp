// What a client may have waiting, and how often it may send.
#include "channels/socket.hpp"
#include "support/channel_app.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

using namespace testing;
using Frames = std::vector<std::string>;

const std::string lobby = "room:lobby";
const std::string limited = R"({"reason":"rate_limited"})";

}  // namespace

TEST_CASE("no more is read from a client while too many events wait, and all are handled in the end") {
    App app(1, {.waiting_events = 4});
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "0", lobby, "wait");
    Frames expected{joined("1", lobby), reply("1", "0", lobby, "ok", R"({"text":"hi"})")};
    for (int i = 1; i <= 50; ++i) {
        client.send_event("1", std::to_string(i), lobby, "refuse");
        expected.push_back(reply("1", std::to_string(i), lobby, "error", R"({"reason":"room_not_found"})"));
    }
    app.wait_until_at_gate(1);
    CHECK(client.receive() == expected.front());
    CHECK(client.is_silent());
    expected.erase(expected.begin());
    app.open_gate();
    CHECK(client.receive(expected.size()) == expected);
    client.check_silence();
}

TEST_CASE("the same while too many bytes wait, be they few events") {
    App app(1, {.waiting_bytes = 100'000});
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "0", lobby, "wait");
    app.wait_until_at_gate(1);
    CHECK(client.receive() == joined("1", lobby));
    for (int i = 1; i <= 3; ++i)
        client.send_event("1", std::to_string(i), lobby, "refuse", std::string(60'000, 'x'));
    // Behind what is not read, so that its answer does not overtake theirs.
    client.send_text(R"([null,"beat","phoenix","heartbeat",{}])");
    app.open_gate();
    const auto frames = client.receive(5);
    CHECK(frames.front() == reply("1", "0", lobby, "ok", R"({"text":"hi"})"));
    for (const std::size_t i : {1U, 2U})
        CHECK(frames[i].starts_with("text [1," + std::to_string(i) + ",\"room:lobby\",\"phx_reply\","));
    client.check_silence();
}

TEST_CASE(
    "a socket that sends too often is told, heartbeats and leaves go on, and with time so does the rest") {
    App app(1, {.events = {.per_second = 1, .burst = 3}});
    auto client = app.connect();
    client.join("1", lobby);
    client.send_event("1", "2", lobby, "refuse");
    client.send_event("1", "3", lobby, "refuse");
    client.send_event("1", "4", lobby, "say");
    client.join("5", "room:den");
    CHECK(client.receive(5) ==
          Frames{joined("1", lobby), reply("1", "2", lobby, "error", R"({"reason":"room_not_found"})"),
                 reply("1", "3", lobby, "error", R"({"reason":"room_not_found"})"),
                 reply("1", "4", lobby, "error", limited), reply("5", "5", "room:den", "error", limited)});
    client.check_silence();
    client.leave("1", "6", lobby);
    CHECK(client.receive(2) == Frames{reply("1", "6", lobby, "ok", "{}"), closed("1", lobby)});
}

TEST_CASE("one that goes on and on is closed with 1008, and others are not") {
    App app(1, {.events = {.per_second = 1, .burst = 5}});
    auto abuser = app.connect();
    auto other = app.connect();
    for (int i = 0; i < 40; ++i) abuser.send_event("null", std::to_string(i), "nope", "say");
    auto frames = abuser.receive_until_close();
    CHECK(frames.back() == "close 1008 too many events");
    frames.pop_back();
    CHECK(frames.size() >= 25);
    CHECK(frames.size() <= 27);
    for (std::size_t i = 0; i < 5; ++i) CHECK(frames[i] == unmatched("null", std::to_string(i), "nope"));
    other.check_silence();
}

TEST_CASE("a large message counts as several events") {
    App app(1, {.events = {.per_second = 1, .burst = 10}});
    auto client = app.connect();
    client.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    client.send_event("1", "2", "room:den", "say", std::string(8 * 16'384, 'x'));
    client.send_event("1", "3", lobby, "refuse");
    CHECK(client.receive(2) ==
          Frames{unmatched("null", "2", "room:den"), reply("1", "3", lobby, "error", limited)});
}

TEST_CASE("a socket without a limit of its own has its user's patience") {
    App app(1, {.events = {.per_second = 0, .burst = 1}, .user_events = {.per_second = 1000, .burst = 1000}});
    app.refuse_users();
    auto client = app.connect();
    for (int i = 0; i < 100; ++i) client.send_event("null", std::to_string(i), lobby, "say");
    for (int i = 0; i < 100; ++i)
        CHECK(client.receive() == reply("null", std::to_string(i), lobby, "error", limited));
    client.check_silence();
}

TEST_CASE("a join that is slower than its topic's broadcasts ends with 1013 instead of taking all memory") {
    App app(1, {.held_bytes = 10'000});
    auto client = app.connect();
    auto other = app.connect();
    client.join("1", lobby, "wait");
    app.wait_until_at_gate(1);
    for (int i = 0; i < 30; ++i) app.publish(lobby, std::string(1000, 'x'));
    other.check_silence();
    app.open_gate();
    const auto frames = client.receive_until_close();
    CHECK(frames.front() == joined("1", lobby));
    CHECK(frames.back() == "close 1013 too slow");
    CHECK(frames.size() <= 3);
}

}  // namespace roost::channels
