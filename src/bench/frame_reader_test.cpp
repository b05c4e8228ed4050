#include "bench/frame_reader.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace roost::bench {
namespace {

using ws::Opcode;
using Frames = std::vector<std::pair<Opcode, std::string>>;

std::string frame(Opcode opcode, std::string_view payload) {
    std::string out;
    ws::append_frame(out, opcode, payload);
    return out;
}

std::string fragment(Opcode opcode, std::string_view payload, bool is_final) {
    auto out = frame(opcode, payload);
    if (!is_final) out[0] = static_cast<char>(static_cast<unsigned char>(out[0]) & 0x7FU);
    return out;
}

// What a reader makes of the bytes when they come in these pieces; a fault is the last entry.
struct Reading {
    std::string_view feed(std::string_view bytes) {
        return reader.feed(std::span(bytes.data(), bytes.size()),
                           [this](Opcode opcode, std::string_view payload) {
                               frames.emplace_back(opcode, payload);
                               return true;
                           });
    }
    FrameReader reader;
    Frames frames;
};

std::string_view fault_of(const std::string& bytes) {
    return Reading().feed(bytes);
}

}  // namespace

TEST_CASE("frames of every header size are read, wherever the bytes are cut") {
    const Frames expected{{Opcode::text, "[null]"},
                          {Opcode::binary, std::string(125, 'b')},
                          {Opcode::text, ""},
                          {Opcode::text, std::string(126, 'c')},
                          {Opcode::ping, "p"},
                          {Opcode::text, std::string(700, 'd')},
                          {Opcode::close, "\x03\xe8 bye"}};
    std::string bytes;
    for (const auto& [opcode, payload] : expected) bytes += frame(opcode, payload);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Reading reading;
        CHECK(reading.feed(bytes.substr(0, cut)).empty());
        CHECK(reading.feed(bytes.substr(cut)).empty());
        CHECK(reading.frames == expected);
    }
}

TEST_CASE("frames that come byte by byte are read") {
    const auto bytes = frame(Opcode::text, std::string(70'000, 'x')) + frame(Opcode::text, "end");
    Reading reading;
    for (const char byte : bytes) CHECK(reading.feed({&byte, 1}).empty());
    REQUIRE(reading.frames.size() == 2);
    CHECK(reading.frames[0].second == std::string(70'000, 'x'));
    CHECK(reading.frames[1].second == "end");
}

TEST_CASE("fragments are joined, and a control frame between them keeps its place") {
    const auto bytes = fragment(Opcode::text, "one ", false) + frame(Opcode::ping, "!") +
                       fragment(Opcode::continuation, "two ", false) +
                       fragment(Opcode::continuation, "three", true) + frame(Opcode::text, "next");
    const Frames expected{{Opcode::ping, "!"}, {Opcode::text, "one two three"}, {Opcode::text, "next"}};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Reading reading;
        CHECK(reading.feed(bytes.substr(0, cut)).empty());
        CHECK(reading.feed(bytes.substr(cut)).empty());
        CHECK(reading.frames == expected);
    }
}

TEST_CASE("a reader stops where it is told to") {
    FrameReader reader;
    const auto bytes = frame(Opcode::close, "") + frame(Opcode::text, "never");
    int calls = 0;
    const auto fault = reader.feed(std::span(bytes.data(), bytes.size()), [&](Opcode, std::string_view) {
        ++calls;
        return false;
    });
    CHECK(fault.empty());
    CHECK(calls == 1);
}

TEST_CASE("a server that breaks the protocol is told of") {
    CHECK(fault_of("\x81\x81"
                   "abcdx") == "a masked frame");
    CHECK(fault_of("\xC1\x01x") == "a frame with reserved bits");
    CHECK(fault_of(std::string("\x82\x7F\x00\x00\x01\x00\x00\x00\x00\x00", 10)) ==
          "a frame of more than 64 MiB");
    CHECK(fault_of(fragment(Opcode::ping, "", false)) == "a fragmented control frame");
    CHECK(fault_of(fragment(Opcode::continuation, "x", true)) == "fragments out of order");
    CHECK(fault_of(fragment(Opcode::text, "x", false) + frame(Opcode::text, "y")) ==
          "fragments out of order");
}

TEST_CASE("a header that is cut off is judged when it is complete") {
    Reading reading;
    CHECK(reading.feed("\x81").empty());
    CHECK(reading.feed("\x81") == "a masked frame");
}

}  // namespace roost::bench
