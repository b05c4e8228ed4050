#include "ws/deflated_frame.hpp"

#include "ws/inflate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace roost::ws;

namespace {

std::string plain_frame(Opcode opcode, std::string_view payload) {
    std::string frame;
    append_frame(frame, opcode, payload);
    return frame;
}

std::string repeated(std::string_view text, std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) all += text;
    all.resize(bytes);
    return all;
}

std::string noise(std::size_t bytes, unsigned seed) {
    std::mt19937 random(seed);
    std::string all(bytes, '\0');
    for (auto& c : all) c = static_cast<char>(random());
    return all;
}

unsigned first_byte(std::string_view frame) {
    return static_cast<unsigned char>(frame.front());
}

// What a client that inflates reads; REQUIREs that the header announces what follows.
std::string payload_of(const std::string& frame) {
    const auto second = static_cast<unsigned char>(frame[1]);
    const std::size_t header = second < 126 ? 2 : second == 126 ? 4 : 10;
    std::size_t size = second;
    if (header > 2) {
        size = 0;
        for (std::size_t i = 2; i < header; ++i) size = size << 8U | static_cast<unsigned char>(frame[i]);
    }
    REQUIRE(frame.size() == header + size);
    if ((first_byte(frame) & compressed_bit) == 0) return frame.substr(header);
    std::string payload;
    REQUIRE(inflate(std::span(frame).subspan(header), std::size_t{1} << 30U, payload) == Inflated::whole);
    return payload;
}

}  // namespace

TEST_CASE("a message that gets smaller is compressed: a whole frame with its bit, and no flush at its end") {
    for (const auto opcode : {Opcode::text, Opcode::binary}) {
        const auto payload = repeated("the same again and ", 500);
        const auto frame = deflated_frame(opcode, payload);
        CHECK(first_byte(frame) == (0xC0U | static_cast<unsigned>(opcode)));
        CHECK(frame.size() < 60);
        CHECK_FALSE(frame.ends_with(std::string("\0\0\xff\xff", 4)));
        CHECK(payload_of(frame) == payload);
    }
}

TEST_CASE("a short message goes out as it is, however well it would compress") {
    const std::string longest(least_deflated_payload - 1, 'a');
    CHECK(deflated_frame(Opcode::text, longest) == plain_frame(Opcode::text, longest));
    CHECK(deflated_frame(Opcode::text, "") == plain_frame(Opcode::text, ""));
    CHECK(deflated_frame(Opcode::text, longest + "a") != plain_frame(Opcode::text, longest + "a"));
}

TEST_CASE("a message that does not get smaller goes out as it is") {
    for (const std::size_t size : {128U, 200U, 5000U, 70000U}) {
        const auto payload = noise(size, 1);
        CHECK(deflated_frame(Opcode::binary, payload) == plain_frame(Opcode::binary, payload));
    }
}

TEST_CASE("a message is compressed as soon as that saves a byte, and never when it saves none") {
    std::mt19937 random(7692);
    std::size_t least_saved = 1000;
    // The more letters, the less it compresses: in the end not at all.
    for (int round = 0; round < 20'000; ++round) {
        std::string payload(128 + random() % 200, '\0');
        const auto letters = 60 + random() % 150;
        for (auto& c : payload) c = static_cast<char>(random() % letters);
        const auto plain = plain_frame(Opcode::binary, payload);
        const auto frame = deflated_frame(Opcode::binary, payload);
        if (frame == plain) continue;
        REQUIRE(frame.size() < plain.size());
        least_saved = std::min(least_saved, plain.size() - frame.size());
    }
    CHECK(least_saved == 1);
}

TEST_CASE("a compressed message refers to no earlier one: the same payload is the same frame") {
    const auto payload = noise(100, 2) + noise(100, 2);
    const auto frame = deflated_frame(Opcode::binary, payload);
    deflated_frame(Opcode::binary, noise(1000, 3));
    CHECK(deflated_frame(Opcode::binary, payload) == frame);
    CHECK(first_byte(frame) == 0xC2U);
}

TEST_CASE("what is compressed comes back, in every length form") {
    std::mt19937 random(7692);
    for (int round = 0; round < 300; ++round) {
        // Of few letters, so that it compresses more or less well.
        std::string payload(round < 290 ? random() % 3000 : random() % 300'000, '\0');
        const auto letters = 1 + random() % 64;
        for (auto& c : payload) c = static_cast<char>('0' + random() % letters);
        CAPTURE(round);
        const auto frame = deflated_frame(Opcode::text, payload);
        CHECK(frame.size() <= plain_frame(Opcode::text, payload).size());
        REQUIRE(payload_of(frame) == payload);
    }
}
