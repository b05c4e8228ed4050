#include "channels/binary_frames.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>

namespace roost::channels {
namespace {

using namespace std::string_literals;

// The frame is kept: what is decoded are views into it.
Inbound decoded(std::string frame) {
    static std::deque<std::string> frames;
    const auto inbound = decode_binary(frames.emplace_back(std::move(frame)));
    REQUIRE(inbound.has_value());
    return *inbound;
}

}  // namespace

TEST_CASE("a binary push is taken apart, and its references become JSON") {
    const auto frame = "\x00\x01\x01\x0a\x01\x34\x35room:lobbyx\x01\x02\x03"s;
    const auto inbound = decoded(frame);
    CHECK(inbound.join_ref == R"("4")");
    CHECK(inbound.ref == R"("5")");
    CHECK(inbound.topic == "room:lobby");
    CHECK(inbound.event == "x");
    CHECK(inbound.payload == "\x01\x02\x03");
    CHECK(inbound.is_binary);
    CHECK(inbound.takes_binary);
}

TEST_CASE("a reference without a byte is null, the payload may be empty, lengths are bytes up to 255") {
    const auto short_one = decoded(
        "\x00\x00\x00\x02\x01\xc3\xa9"
        "e"s);
    CHECK(short_one.join_ref == "null");
    CHECK(short_one.ref == "null");
    CHECK(short_one.topic == "\xc3\xa9");
    CHECK(short_one.payload.empty());
    const auto long_one =
        decoded("\x00\x01\x01\xff\xff"s + "12" + std::string(255, 't') + std::string(255, 'e') + "!");
    CHECK(long_one.topic == std::string(255, 't'));
    CHECK(long_one.event == std::string(255, 'e'));
    CHECK(long_one.payload == "!");
}

TEST_CASE("38: references are quoted as JSON wants it, and come back as they were") {
    const auto inbound = decoded(
        "\x00\x02\x01\x01\x01"
        "a\"\n"
        "te"s);
    CHECK(inbound.join_ref == R"("a\"")");
    CHECK(inbound.ref == R"("\n")");
    CHECK(plain_ref(inbound.join_ref) == "a\"");
    CHECK(plain_ref(inbound.ref) == "\n");
    CHECK(plain_ref("null").empty());
    CHECK(plain_ref("17") == "17");
    CHECK(plain_ref(R"("1\u0037")") == "17");
}

TEST_CASE("34: another kind, a head that is cut off, or text that is none is refused, at every length") {
    const auto whole = "\x00\x01\x01\x0a\x01\x34\x35room:lobbyx"s;
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(decode_binary(whole.substr(0, size)).has_error());
    for (int kind = 1; kind < 256; ++kind) {
        if (kind == 3) continue;
        auto other = whole;
        other.front() = static_cast<char>(kind);
        CHECK(decode_binary(other).has_error());
    }
    CHECK(decode_binary("\x00\x00\x00\x02\x01\xc3\x28"
                        "e"s)
              .has_error());
    CHECK(decode_binary("\x00\x01\x00\x01\x01\xff"
                        "te"s)
              .has_error());
}

TEST_CASE("what realtime-js sends for a broadcast stands for that event with its payload") {
    const auto frame =
        "\x03\x01\x01\x13\x06\x02\x01"
        "67realtime:room:lobbycursor{}{\"x\":1}"s;
    const auto inbound = decoded(frame);
    CHECK(inbound.join_ref == R"("6")");
    CHECK(inbound.ref == R"("7")");
    CHECK(inbound.topic == "realtime:room:lobby");
    CHECK(inbound.event == "broadcast");
    CHECK(inbound.payload == R"({"type":"broadcast","event":"cursor","payload":{"x":1}})");
    CHECK_FALSE(inbound.is_binary);
    CHECK_FALSE(inbound.takes_binary);

    auto bytes = frame;
    bytes[6] = 0;
    CHECK(decoded(bytes).payload == R"({"x":1})");
    CHECK(decoded(bytes).is_binary);
    CHECK_FALSE(decoded(bytes).takes_binary);
}

TEST_CASE("34: a broadcast of realtime-js that is cut off, of another encoding, or no JSON is refused") {
    const auto head =
        "\x03\x01\x01\x01\x01\x00\x01"
        "12te"s;
    for (std::size_t size = 0; size < head.size(); ++size)
        CHECK(decode_binary(head.substr(0, size)).has_error());
    for (const auto* json : {"", "{", "1},\"x\":{", "{}x"}) CHECK(decode_binary(head + json).has_error());
    auto other = head + "{}";
    other[6] = 2;
    CHECK(decode_binary(other).has_error());
}

TEST_CASE("pushes, replies and broadcasts are laid out as Phoenix does") {
    CHECK(encode(BinaryPush{"12", "topic", "event"}, "efg") ==
          "\x00\x02\x05\x05"
          "12topiceventefg"s);
    CHECK(encode(BinaryReply{"12", "123", "topic", "ok"}, "efg") ==
          "\x01\x02\x03\x05\x02"
          "12123topicokefg"s);
    CHECK(encode(BinaryBroadcast{"topic", "event"}, "efg") == "\x02\x05\x05topiceventefg"s);
    CHECK(encode(BinaryReply{"", "", "t", "ok"}, "") == "\x01\x00\x00\x01\x02tok"s);
}

}  // namespace roost::channels
