// What clients of other formats see: V1, binary frames, the prefix of realtime-js, compressed messages.
#include "channels/binary_frames.hpp"
#include "channels/channel.hpp"
#include "support/channel_app.hpp"
#include "ws/deflated_frame.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

using namespace testing;
using namespace std::string_literals;
using Frames = std::vector<std::string>;

const std::string lobby = "room:lobby";

constexpr Format v1{.version = Version::v1};

std::string v1_frame(const std::string& topic, const std::string& event, const std::string& ref,
                     const std::string& payload) {
    return R"(text {"topic":")" + topic + R"(","event":")" + event + R"(","payload":)" + payload +
           R"(,"ref":)" + ref + "}";
}
std::string v1_reply(const std::string& ref, const std::string& response, const std::string& status = "ok") {
    return v1_frame(lobby, "phx_reply", ref, R"({"status":")" + status + R"(","response":)" + response + "}");
}
std::string v1_push(const std::string& event, const std::string& ref, const std::string& join_ref = {}) {
    return R"({"topic":"room:lobby","event":")" + event + R"(","payload":{"text":"hi"},"ref":)" + ref +
           (join_ref.empty() ? "" : R"(,"join_ref":)" + join_ref) + "}";
}

// A client's binary push with the references "1" and `ref`.
std::string push(const std::string& event, char ref, const std::string& payload,
                 const std::string& topic = lobby) {
    std::string frame{0, 1, 1, static_cast<char>(topic.size()), static_cast<char>(event.size())};
    return frame + "1" + ref + topic + event + payload;
}

// In the way of V2, with the reference "1".
void enter(Client& client) {
    client.join("\"1\"", lobby);
    CHECK(client.receive() == joined("\"1\"", lobby));
}

}  // namespace

TEST_CASE(
    "2, 30: a client of V1 joins, is answered, hears broadcasts and leaves in objects without join_ref") {
    App app;
    auto client = app.connect(0, v1);
    auto other = app.connect();
    enter(other);
    client.send_text(R"({"topic":"room:lobby","event":"phx_join","payload":{},"ref":"1"})");
    CHECK(client.receive() == v1_reply("\"1\"", R"({"text":"lobby"})"));
    client.send_text(v1_push("tell", "2"));
    CHECK(client.receive(3) == Frames{v1_frame(lobby, "said", "null", R"({"text":"hi"})"),
                                      v1_frame(lobby, "said", "null", R"({"text":"hi"})"),
                                      v1_reply("2", "{}")});
    other.send_event("\"1\"", "3", lobby, "whisper", "psst");
    CHECK(client.receive() == v1_frame(lobby, "said", "null", R"({"text":"psst"})"));
    client.send_text(R"({"topic":"phoenix","event":"heartbeat","payload":{},"ref":"4"})");
    CHECK(client.receive() == v1_frame("phoenix", "phx_reply", "\"4\"", R"({"status":"ok","response":{}})"));
    client.send_text(v1_push("phx_leave", "\"5\""));
    CHECK(client.receive(2) == Frames{v1_reply("\"5\"", "{}"), v1_frame(lobby, "phx_close", "null", "{}")});
}

TEST_CASE("33: V1 reads JSON from a binary frame too") {
    App app;
    auto client = app.connect(0, v1);
    client.send(ws::Opcode::binary, R"({"topic":"room:lobby","event":"phx_join","payload":{},"ref":"1"})");
    CHECK(client.receive() == v1_reply("\"1\"", R"({"text":"lobby"})"));
}

TEST_CASE("67, 74: V1 with a join_ref is held to it, and a rejoin closes the old one") {
    App app;
    auto client = app.connect(0, v1);
    client.send_text(v1_push("phx_join", "\"1\"", "\"1\""));
    client.send_text(v1_push("phx_join", "\"2\"", "\"2\""));
    CHECK(client.receive(3) == Frames{v1_reply("\"1\"", R"({"text":"lobby"})"),
                                      v1_reply("\"2\"", R"({"text":"lobby"})"),
                                      v1_frame(lobby, "phx_close", "\"1\"", "{}")});
    client.send_text(v1_push("say", "\"3\"", "\"1\""));
    client.send_text(v1_push("refuse", "\"4\"", "\"2\""));
    CHECK(client.receive() == v1_reply("\"4\"", R"({"reason":"room_not_found"})", "error"));
}

TEST_CASE("36: a binary push is answered in kind, with the status in the event's place") {
    App app;
    auto client = app.connect();
    enter(client);
    client.send(ws::Opcode::binary, push("echo", '2', "\x00\xff\x01"s));
    CHECK(client.receive() ==
          "binary \x01\x01\x01\x0a\x02"
          "12room:lobbyok\x00\xff\x01"s);
    client.send(ws::Opcode::binary, push("echo", '3', ""));
    CHECK(client.receive() ==
          "binary \x01\x01\x01\x0a\x02"
          "13room:lobbyok"s);
}

TEST_CASE("35: a reference is never longer than a binary frame has room for, a number neither") {
    const auto text_of = [](std::size_t bytes) { return "\"" + std::string(bytes, 'r') + "\""; };
    const auto number_of = [](std::size_t bytes) { return "0." + std::string(bytes - 2, '1'); };
    for (const auto& ref : {text_of(255), number_of(255)}) {
        App app;
        auto client = app.connect();
        client.join(ref, lobby);
        CHECK(client.receive() == joined(ref, lobby));
        auto frame = push("echo", '2', "bytes");
        frame[1] = 0;  // no join_ref
        frame.erase(5, 1);
        client.send(ws::Opcode::binary, frame);
        const auto plain = plain_ref(ref);
        CHECK(client.receive() == "binary \x01" + std::string(1, static_cast<char>(plain.size())) +
                                      "\x01\x0a\x02" + plain + "2room:lobbyokbytes");
    }
    for (const auto& ref : {text_of(256), number_of(256), number_of(257)}) {
        App app;
        auto client = app.connect();
        client.join(ref, lobby);
        CHECK(client.receive() == "close 1007 a topic, event or reference is too long");
    }
}

TEST_CASE("74: the reference of a binary push is compared as the text it is") {
    App app;
    auto client = app.connect();
    client.join("1", lobby);
    CHECK(client.receive() == joined("1", lobby));
    client.send(ws::Opcode::binary, push("echo", '2', ""));
    CHECK(client.receive() ==
          "binary \x01\x01\x01\x0a\x02"
          "12room:lobbyok"s);
    client.join("\"1\\u0030\"", "room:den");
    CHECK(client.receive() == reply("\"1\\u0030\"", "\"1\\u0030\"", "room:den", "ok", R"({"text":"den"})"));
    client.send(ws::Opcode::binary, push("echo", '3', "stale", "room:den"));
    client.check_silence();
}

TEST_CASE("bytes reach the others as they are, and only those that have sent a binary frame") {
    for (const unsigned count : {1U, 4U}) {
        App app(count);
        auto sender = app.connect();
        enter(sender);
        auto reader = app.connect(count - 1);
        enter(reader);
        auto text_only = app.connect(count / 2);
        enter(text_only);
        auto old = app.connect(0, v1);
        old.send_text(v1_push("phx_join", "1"));
        CHECK(old.receive() == v1_reply("1", R"({"text":"lobby"})"));
        reader.send(ws::Opcode::binary, push("echo", '2', ""));
        CHECK(reader.receive().starts_with("binary "));

        sender.send(ws::Opcode::binary, push("pass", '3', "\x00\xfe"s));
        CHECK(sender.receive() ==
              "binary \x00\x01\x0a\x06"
              "1room:lobbypassed\x00\xfe"s);
        CHECK(sender.receive() == reply("\"1\"", "\"3\"", lobby, "ok", "{}"));
        CHECK(reader.receive() == "binary \x02\x0a\x06room:lobbypassed\x00\xfe"s);
        sender.send_event("\"1\"", "4", lobby, "say", "text for all");
        const auto after = "text [null,null,\"room:lobby\",\"said\",{\"text\":\"text for all\"}]"s;
        CHECK(reader.receive() == after);
        CHECK(text_only.receive() == after);
        CHECK(old.receive() == v1_frame(lobby, "said", "null", R"({"text":"text for all"})"));
    }
}

TEST_CASE("an event in the form that it does not take is refused, and so is a join with bytes") {
    App app;
    auto client = app.connect();
    enter(client);
    const auto refused = R"({"reason":"unsupported_media_type"})";
    client.send(ws::Opcode::binary, push("say", '2', "{}"));
    CHECK(client.receive() == reply("\"1\"", "\"2\"", lobby, "error", refused));
    client.send_event("\"1\"", "3", lobby, "echo");
    CHECK(client.receive() == reply("\"1\"", "3", lobby, "error", refused));
    client.send(ws::Opcode::binary, push("nothing", '4', ""));
    CHECK(client.receive() == reply("\"1\"", "\"4\"", lobby, "error", R"({"reason":"unknown event"})"));
    client.send(ws::Opcode::binary, push("phx_join", '5', "", "room:den"));
    CHECK(client.receive() == reply("\"1\"", "\"5\"", "room:den", "error", refused));
    client.send(ws::Opcode::binary, push("phx_leave", '6', ""));
    CHECK(client.receive(2) == Frames{reply("\"1\"", "\"6\"", lobby, "ok", "{}"), closed("\"1\"", lobby)});
}

TEST_CASE("a topic with the prefix realtime: is the same topic, and answers bear it") {
    App app;
    const auto prefixed = "realtime:" + lobby;
    auto supabase = app.connect();
    auto phoenix = app.connect();
    enter(phoenix);
    supabase.join("1", prefixed);
    CHECK(supabase.receive() == reply("1", "1", prefixed, "ok", R"({"text":"lobby"})"));
    phoenix.send_event("\"1\"", "2", lobby, "whisper", "psst");
    CHECK(supabase.receive() == "text [null,null,\"realtime:room:lobby\",\"said\",{\"text\":\"psst\"}]");
    CHECK(phoenix.receive() == reply("\"1\"", "2", lobby, "ok", "{}"));
    supabase.send_event("1", "3", prefixed, "tell");
    CHECK(supabase.receive(3) == Frames{said("1", prefixed, "hi"), said("1", prefixed, "hi"),
                                        reply("1", "3", prefixed, "ok", "{}")});
    // One socket may have both; they are two channels.
    supabase.join("4", lobby);
    CHECK(supabase.receive() == joined("4", lobby));
    supabase.leave("1", "5", prefixed);
    CHECK(supabase.receive(2) == Frames{reply("1", "5", prefixed, "ok", "{}"), closed("1", prefixed)});
    supabase.send_event("1", "6", prefixed, "say");
    CHECK(supabase.receive() == unmatched("null", "6", prefixed));
    supabase.send_event("4", "7", lobby, "tell");
    CHECK(supabase.receive(3).back() == reply("4", "7", lobby, "ok", "{}"));
    supabase.join("8", "realtime:nope");
    CHECK(supabase.receive() == unmatched("null", "8", "realtime:nope"));
}

TEST_CASE(
    "29: on a socket with compression large answers are compressed, small ones and other sockets' are not") {
    App app;
    auto plain = app.connect();
    enter(plain);
    test::WsClient client(app.connect_descriptor(0, {.version = Version::v2, .is_deflated = true}));
    client.send_text(R"([1,1,"room:lobby","phx_join",{}])");
    CHECK(client.receive() == joined("1", lobby));
    const std::string text(100, 'x');
    plain.send_event("\"1\"", "2", lobby, "whisper", text);
    const auto sent = R"([null,null,"room:lobby","said",{"text":")" + text + "\"}]";
    CHECK(client.receive_bytes(ws::deflated_frame(ws::Opcode::text, sent).size()) ==
          ws::deflated_frame(ws::Opcode::text, sent));
    CHECK(ws::deflated_frame(ws::Opcode::text, sent).size() < sent.size());
    CHECK(plain.receive() == reply("\"1\"", "2", lobby, "ok", "{}"));
}

}  // namespace roost::channels
