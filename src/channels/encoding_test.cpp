#include "channels/encoding.hpp"

#include "ws/deflated_frame.hpp"
#include "ws/frame.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

namespace roost::channels {
namespace {

using namespace std::string_literals;

std::string frame(ws::Opcode opcode, std::string_view payload) {
    std::string bytes;
    ws::append_frame(bytes, opcode, payload);
    return bytes;
}

std::string broadcast(Encoding encoding, const pubsub::Publication& publication) {
    return std::string(encode_broadcast(publication, encoding.number())->view());
}

const pubsub::Publication hello{.topic = "room:lobby", .event = "shout", .payload = R"({"text":"hi"})"};
const pubsub::Publication bytes{
    .topic = "room:lobby", .event = "signal", .payload = "\x65\0\x67"s, .is_binary = true};

}  // namespace

TEST_CASE("each encoding has a number of its own, which says what it is") {
    std::set<pubsub::Encoding> numbers;
    for (const auto version : {Version::v1, Version::v2})
        for (const bool is_prefixed : {false, true})
            for (const bool is_deflated : {false, true}) {
                const Encoding encoding{version, is_prefixed, is_deflated};
                const auto again = Encoding::of(encoding.number());
                CHECK(again.version == version);
                CHECK(again.is_prefixed == is_prefixed);
                CHECK(again.is_deflated == is_deflated);
                CHECK(encoding.number() < pubsub::encodings);
                numbers.insert(encoding.number());
            }
    CHECK(numbers.size() == 8);
}

TEST_CASE("48: a text frame has its header, whose length is in bytes, in each of its three forms") {
    const Outbound message{.topic = "t", .event = "e", .payload = "\"\xc3\xa9\""};
    CHECK(text_frame({}, message)->view() == frame(ws::Opcode::text, "[null,null,\"t\",\"e\",\"\xc3\xa9\"]"));
    const std::string large(70'000, ' ');
    const auto large_frame = text_frame({}, {.topic = "t", .event = "e", .payload = large});
    CHECK(large_frame->view().substr(0, 2) == "\x81\x7f");
    CHECK(large_frame->view().size() == 10 + 20 + 70'000);
}

TEST_CASE("messages encoded one after the other have nothing of each other") {
    const auto first =
        text_frame({}, {.topic = "long topic", .event = "long event", .payload = R"({"a":"b"})"});
    const auto second = text_frame({}, {.topic = "t", .event = "e", .payload = "{}"});
    CHECK(first->view() == frame(ws::Opcode::text, R"([null,null,"long topic","long event",{"a":"b"}])"));
    CHECK(second->view() == frame(ws::Opcode::text, R"([null,null,"t","e",{}])"));
}

TEST_CASE("a broadcast has neither reference, and the topic as it was joined") {
    CHECK(broadcast({}, hello) ==
          frame(ws::Opcode::text, R"([null,null,"room:lobby","shout",{"text":"hi"}])"));
    CHECK(broadcast({.is_prefixed = true}, hello) ==
          frame(ws::Opcode::text, R"([null,null,"realtime:room:lobby","shout",{"text":"hi"}])"));
    CHECK(broadcast({.version = Version::v1}, hello) ==
          frame(ws::Opcode::text,
                R"({"topic":"room:lobby","event":"shout","payload":{"text":"hi"},"ref":null})"));
}

TEST_CASE("a binary broadcast is a binary frame of V2, and none of V1") {
    CHECK(broadcast({}, bytes) == frame(ws::Opcode::binary, "\x02\x0a\x06room:lobbysignal\x65\0\x67"s));
    CHECK(broadcast({.is_prefixed = true}, bytes) ==
          frame(ws::Opcode::binary, "\x02\x13\x06realtime:room:lobbysignal\x65\0\x67"s));
    CHECK(encode_broadcast(bytes, Encoding{.version = Version::v1}.number()) == nullptr);
}

TEST_CASE("29: where messages are compressed, those are that become smaller") {
    auto large = hello;
    large.payload = R"({"text":")" + std::string(1000, 'x') + "\"}";
    const auto plain = broadcast({}, large);
    const auto deflated = broadcast({.is_deflated = true}, large);
    CHECK(deflated.size() < plain.size() / 4);
    CHECK((static_cast<unsigned char>(deflated.front()) & ws::compressed_bit) != 0);
    CHECK(broadcast({.is_deflated = true}, hello) == broadcast({}, hello));
}

}  // namespace roost::channels
