#include "channels/serializer.hpp"

#include "ws/frame.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

Inbound decoded(std::string_view frame) {
    const auto inbound = decode_v2(frame);
    REQUIRE(inbound.has_value());
    return *inbound;
}

// The text of a whole WebSocket frame below 64 KiB.
std::string text_of(const SharedBytesPtr& frame) {
    const auto bytes = frame->view();
    CHECK(bytes.front() == '\x81');
    const std::size_t header = bytes[1] == 126 ? 4 : 2;
    std::string expected;
    ws::append_frame(expected, ws::Opcode::text, bytes.substr(header));
    CHECK(bytes == expected);
    return std::string(bytes.substr(header));
}

}  // namespace

TEST_CASE("a frame is taken apart, and its payload stays the text it came as") {
    const auto inbound = decoded(R"( [ "1" , "2","room:lobby","phx_join", { "a" : [ 1.50, "]" ] } ] )");
    CHECK(inbound.join_ref == R"("1")");
    CHECK(inbound.ref == R"("2")");
    CHECK(inbound.topic == "room:lobby");
    CHECK(inbound.event == "phx_join");
    CHECK(inbound.payload == R"({ "a" : [ 1.50, "]" ] })");
}

TEST_CASE("38: references stay what was received: strings, numbers or null") {
    for (const std::string_view ref : {R"("1")", R"("")", R"("a\"\u0031")", "1", "-7", "1.50", "1e3", "0",
                                       "null", "18446744073709551615"}) {
        CAPTURE(ref);
        const auto frame = "[" + std::string(ref) + ",null,\"t\",\"e\",{}]";
        CHECK(decoded(frame).join_ref == ref);
        const auto other = "[null," + std::string(ref) + ",\"t\",\"e\",{}]";
        CHECK(decoded(other).ref == ref);
    }
}

TEST_CASE("the names of topics and events are read with their escapes") {
    const auto inbound = decoded(R"([null,null,"room:\u00e9\"","a\/b",{}])");
    CHECK(inbound.topic == "room:\u00e9\"");
    CHECK(inbound.event == "a/b");
}

TEST_CASE("elements past the fifth are ignored") {
    const auto inbound = decoded(R"(["1","2","t","e",{"a":1},{"b":2},[3],"x"])");
    CHECK(inbound.payload == R"({"a":1})");
}

TEST_CASE("40: payloads that are no objects are kept") {
    for (const std::string_view payload : {"[1,2]", R"("text")", "7", "1.0", "true", "null", "[]", "{}"}) {
        CAPTURE(payload);
        CHECK(decoded("[null,null,\"t\",\"e\"," + std::string(payload) + "]").payload == payload);
    }
}

TEST_CASE("31: what is no frame is refused") {
    for (const std::string_view frame :
         {"", "{}", "null", "\"x\"", "[]", "[null,null,\"t\",\"e\"]", R"([null,null,"t","e",])",
          R"([null,null,"t","e",{])", R"([null,null,"t","e",{}] x)", R"([true,null,"t","e",{}])",
          R"([null,false,"t","e",{}])", R"([{},null,"t","e",{}])", R"([null,[],"t","e",{}])",
          R"([null,null,null,"e",{}])", R"([null,null,1,"e",{}])", R"([null,null,"t",null,{}])",
          R"([null,null,"t",["e"],{}])", R"({"topic":"t","event":"e","payload":{},"ref":"1"})"}) {
        CAPTURE(frame);
        const auto inbound = decode_v2(frame);
        REQUIRE(inbound.has_error());
        CHECK(inbound.error().errc() == Errc::malformed_json);
    }
}

TEST_CASE("a message is written as one text frame with the references as they are") {
    CHECK(text_of(encode_v2({.join_ref = "\"1\"",
                             .ref = "2",
                             .topic = "room:\"x\"",
                             .event = "phx_reply",
                             .payload = R"({"status":"ok","response":{}})"})) ==
          R"(["1",2,"room:\"x\"","phx_reply",{"status":"ok","response":{}}])");
    CHECK(text_of(encode_v2({.topic = "t", .event = "e", .payload = "{}"})) == R"([null,null,"t","e",{}])");
}

TEST_CASE("48: a frame's length is in bytes, in each of its three forms") {
    const auto payload = "\"" + std::string(200, '\xc3') + "\"";
    CHECK(text_of(encode_v2({.topic = "t", .event = "e", .payload = payload})).size() == 20 + 202);
    const std::string large(70'000, ' ');
    const auto frame = encode_v2({.topic = "t", .event = "e", .payload = large});
    CHECK(frame->view().substr(0, 2) == "\x81\x7f");
    CHECK(frame->view().size() == 10 + 20 + 70'000);
}

TEST_CASE("messages encoded one after the other have nothing of each other") {
    const auto first = encode_v2({.topic = "long topic", .event = "long event", .payload = R"({"a":"b"})"});
    const auto second = encode_v2({.topic = "t", .event = "e", .payload = "{}"});
    CHECK(text_of(first) == R"([null,null,"long topic","long event",{"a":"b"}])");
    CHECK(text_of(second) == R"([null,null,"t","e",{}])");
}

TEST_CASE("76: a reply carries any status and the response as it is") {
    CHECK(reply_payload("ok", "{}") == R"({"status":"ok","response":{}})");
    CHECK(reply_payload("a \"new\" one", R"({"a":1})") == R"({"status":"a \"new\" one","response":{"a":1}})");
}

TEST_CASE("a broadcast has neither reference") {
    const pubsub::Publication publication{
        .topic = "room:lobby", .event = "shout", .payload = R"({"text":"hi"})"};
    CHECK(text_of(encode_broadcast(publication, v2_text)) ==
          R"([null,null,"room:lobby","shout",{"text":"hi"}])");
}

TEST_CASE("an error says its reason, and its faults where there are any") {
    CHECK(error_response("unmatched topic") == R"({"reason":"unmatched topic"})");
    CHECK(error_response(Errc::room_not_found) == R"({"reason":"room_not_found"})");
    const Problem problem(Errc::invalid_input, {{"/text", "too_short", "must have at least 1 characters"}});
    CHECK(error_response(problem) ==
          R"({"reason":"invalid_input","errors":[{"pointer":"/text","code":"too_short",)"
          R"("detail":"must have at least 1 characters"}]})");
}

}  // namespace roost::channels
