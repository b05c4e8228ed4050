#include "channels/serializer.hpp"

#include "ws/frame.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

constexpr auto text = ws::Opcode::text;
constexpr auto binary = ws::Opcode::binary;

Inbound decoded(std::string_view frame, Version version = Version::v2) {
    const auto inbound = decode(version, text, frame);
    REQUIRE(inbound.has_value());
    return *inbound;
}

bool is_refused(std::string_view frame, Version version = Version::v2, ws::Opcode opcode = text) {
    const auto inbound = decode(version, opcode, frame);
    return inbound.has_error() && inbound.error().errc() == Errc::malformed_json;
}

std::string encoded(const Outbound& message, Version version = Version::v2) {
    std::string frame;
    append(frame, version, message);
    return frame;
}

}  // namespace

TEST_CASE("2-5: the version is V1 without vsn and for 1.0.x, V2 for 2.0.x, and no other is served") {
    CHECK(version_of(std::nullopt) == Version::v1);
    for (const auto* vsn : {"1.0.0", "1.0.17"}) CHECK(version_of(vsn) == Version::v1);
    for (const auto* vsn : {"2.0.0", "2.0.9"}) CHECK(version_of(vsn) == Version::v2);
    for (const auto* vsn : {"", "1", "2", "1.0", "2.0.", "2.0.x", "2.0.0-rc", "2.1.0", "3.0.0", "0.9.0",
                            "1.1.0", "v2.0.0", " 2.0.0", "2.0.0.1", "-1.0.0"}) {
        CAPTURE(vsn);
        CHECK(version_of(vsn) == std::nullopt);
    }
}

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
        CHECK(is_refused(frame));
    }
}

TEST_CASE("a message is written with the references as they are, and the prefix with the topic") {
    CHECK(encoded({.join_ref = "\"1\"",
                   .ref = "2",
                   .topic = "room:\"x\"",
                   .event = "phx_reply",
                   .payload = R"({"status":"ok","response":{}})"}) ==
          R"(["1",2,"room:\"x\"","phx_reply",{"status":"ok","response":{}}])");
    CHECK(encoded({.topic = "t", .event = "e", .payload = "{}"}) == R"([null,null,"t","e",{}])");
    CHECK(encoded({.topic_prefix = "realtime:", .topic = "\"t", .event = "e", .payload = "{}"}) ==
          R"([null,null,"realtime:\"t","e",{}])");
}

TEST_CASE("V1: a frame is an object, of which join_ref may be absent") {
    const auto inbound =
        decoded(R"({"topic":"room:lobby","event":"say","payload":[1, 2],"ref":"7","join_ref":3,"more":{}})",
                Version::v1);
    CHECK(inbound.topic == "room:lobby");
    CHECK(inbound.event == "say");
    CHECK(inbound.payload == "[1, 2]");
    CHECK(inbound.ref == R"("7")");
    CHECK(inbound.join_ref == "3");
    CHECK(decoded(R"({"event":"e","ref":null,"payload":{},"topic":"t"})", Version::v1).join_ref == "null");
    CHECK(
        decoded(R"({"ref":1,"ref":2,"topic":"a","topic":"b","event":"e","payload":{}})", Version::v1).topic ==
        "b");
    const auto from_bytes =
        decode(Version::v1, binary, R"({"event":"e","ref":"1","payload":{},"topic":"t"})");
    REQUIRE(from_bytes.has_value());
    CHECK_FALSE(from_bytes->is_binary);
    CHECK_FALSE(from_bytes->takes_binary);
}

TEST_CASE("31: V1 refuses what is no such object") {
    for (const auto* frame :
         {"", "[]", "{}", R"(["1","1","t","e",{}])", R"({"topic":"t","event":"e","payload":{}})",
          R"({"topic":"t","event":"e","ref":"1"})", R"({"topic":"t","payload":{},"ref":"1"})",
          R"({"event":"e","payload":{},"ref":"1"})", R"({"topic":1,"event":"e","payload":{},"ref":"1"})",
          R"({"topic":"t","event":null,"payload":{},"ref":"1"})",
          R"({"topic":"t","event":"e","payload":{},"ref":true})",
          R"({"topic":"t","event":"e","payload":{},"ref":"1","join_ref":[]})",
          R"({"topic":"t","event":"e","payload":{},"ref":"1")"}) {
        CAPTURE(frame);
        CHECK(is_refused(frame, Version::v1));
        CHECK(is_refused(frame, Version::v1, binary));
    }
}

TEST_CASE("30: V1 writes no join_ref") {
    CHECK(encoded({.join_ref = "\"1\"",
                   .ref = "\"2\"",
                   .topic = "t",
                   .event = "phx_reply",
                   .payload = R"({"status":"ok","response":{}})"},
                  Version::v1) ==
          R"({"topic":"t","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"2"})");
    CHECK(encoded({.topic_prefix = "realtime:", .topic = "t", .event = "e", .payload = "{}"}, Version::v1) ==
          R"({"topic":"realtime:t","event":"e","payload":{},"ref":null})");
}

TEST_CASE("76: a reply carries any status and the response as it is") {
    CHECK(reply_payload("ok", "{}") == R"({"status":"ok","response":{}})");
    CHECK(reply_payload("a \"new\" one", R"({"a":1})") == R"({"status":"a \"new\" one","response":{"a":1}})");
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
