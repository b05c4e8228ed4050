#include "ws/frame.hpp"

#include <doctest/doctest.h>

using namespace roost::ws;
using namespace std::string_literals;

TEST_CASE("a header has the shortest form of its length and is as long as announced") {
    const auto header = [](std::size_t size) {
        std::string out = "before ";
        append_header(out, Opcode::text, size);
        CHECK(out.size() == 7 + frame_header_size(size));
        return out.substr(7);
    };
    CHECK(header(0) == "\x81\x00"s);
    CHECK(header(125) == "\x81\x7d"s);
    CHECK(header(126) == "\x81\x7e\x00\x7e"s);
    CHECK(header(65535) == "\x81\x7e\xff\xff"s);
    CHECK(header(65536) == "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST_CASE("a frame is its header and its payload, with the opcode of its kind") {
    std::string out;
    append_frame(out, Opcode::binary, "\x01\x02");
    append_frame(out, Opcode::text, "Hello");
    CHECK(out == "\x82\x02\x01\x02\x81\x05Hello"s);
}

TEST_CASE("45: a pong carries the payload of its ping") {
    CHECK(pong_frame("Hello") == "\x8a\x05Hello"s);
    CHECK(pong_frame("") == "\x8a\x00"s);
}

TEST_CASE("47: a close frame carries the code and the reason, or nothing without a code") {
    CHECK(close_frame(CloseCode::protocol_error, "why") == "\x88\x05\x03\xea"s + "why");
    CHECK(close_frame(CloseCode::going_away) == "\x88\x02\x03\xe9"s);
    CHECK(close_frame(std::nullopt, "why") == "\x88\x00"s);
}

TEST_CASE("a long close reason is cut to 123 bytes, between two characters") {
    const auto reason_of = [](const std::string& reason) {
        const auto frame = close_frame(CloseCode::policy_violation, reason);
        CHECK(static_cast<std::size_t>(frame[1]) == frame.size() - 2);
        return frame.substr(4);
    };
    CHECK(reason_of(std::string(123, 'x')) == std::string(123, 'x'));
    CHECK(reason_of(std::string(124, 'x')) == std::string(123, 'x'));
    const std::string hen = "\xf0\x9f\x90\x93";
    for (std::size_t before = 119; before <= 123; ++before) {
        const std::string text(before, 'x');
        CHECK(reason_of(text + hen + "tail") == (before == 119 ? text + hen : text));
    }
}
