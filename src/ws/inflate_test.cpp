#include "ws/inflate.hpp"

#include "ws/deflated_frame.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace roost::ws;
using namespace std::string_literals;

namespace {

constexpr std::size_t plenty = 1U << 20;

// The message, or "too big", or "malformed".
std::string inflated(std::string_view compressed, std::size_t most = plenty) {
    // In a buffer of exactly its size, so that the sanitizer sees a byte read beyond it.
    const std::vector<char> bytes(compressed.begin(), compressed.end());
    std::string message;
    switch (inflate(bytes, most, message)) {
        case Inflated::too_big: CHECK(message.size() <= most + 1); return "too big";
        case Inflated::malformed: return "malformed";
        case Inflated::whole: break;
    }
    CHECK(message.size() <= most);
    return message;
}

// The compressed payload of a message; it does get smaller.
std::string deflated(const std::string& payload) {
    const auto frame = deflated_frame(Opcode::binary, payload);
    const auto size = static_cast<unsigned char>(frame[1]);
    REQUIRE((static_cast<unsigned char>(frame[0]) & compressed_bit) != 0);
    return frame.substr(size < 126 ? 2 : size == 126 ? 4 : 10);
}

const auto hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
const auto final_hello = "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s;

}  // namespace

TEST_CASE("RFC 7692, 7.2.3.1: one block") {
    CHECK(inflated(hello) == "Hello");
}

TEST_CASE("RFC 7692, 7.2.3.2: a second message that needs the first one's window is refused") {
    CHECK(inflated(hello) == "Hello");
    CHECK(inflated("\xf2\x00\x11\x00\x00"s) == "malformed");
}

TEST_CASE("RFC 7692, 7.2.3.3: a block without compression") {
    CHECK(inflated("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s) == "Hello");
}

TEST_CASE("RFC 7692, 7.2.3.4: a block that says it is the last one, and what follows it") {
    CHECK(inflated(final_hello) == "Hello");
    // A client that leaves out the octet behind it has said all the same where its message ends.
    CHECK(inflated(final_hello.substr(0, 7)) == "Hello");
    CHECK(inflated(final_hello.substr(0, 7) + final_hello) == "HelloHello");
    CHECK(inflated(final_hello.substr(0, 7) + hello) == "HelloHello");
}

TEST_CASE("RFC 7692, 7.2.3.5: two blocks") {
    CHECK(inflated("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s) == "Hello");
}

TEST_CASE("RFC 7692, 7.2.3.6: an empty message") {
    CHECK(inflated("\x00"s).empty());
    CHECK(inflated("\x02\x00"s).empty());
}

TEST_CASE("what does not inflate is malformed") {
    for (const auto& bytes : {
             ""s,                                     // not even the empty message's octet
             "\xff"s,                                 // a block of no kind
             "Hello"s,                                // not compressed at all
             hello.substr(0, 3),                      // the end is missing
             final_hello.substr(0, 6),                // of a last block too
             hello + "x"s,                            // something behind it
             final_hello.substr(0, 7) + "\x06"s,      // behind a last block
             "\x00\x05\x00\xfa\xfe\x48\x65"s,         // a length that its complement belies
             "\x00\x05\x00\xfa\xff\x48\x65"s,         // fewer bytes than the length says
             "\x78\x9c\xf2\x48\xcd\xc9\xc9\x07\x00"s  // with zlib's header
         }) {
        CAPTURE(bytes);
        CHECK(inflated(bytes) == "malformed");
    }
    CHECK(inflated(hello) == "Hello");  // nothing of it stays
}

TEST_CASE("46: a message may inflate to the limit, and to no byte more") {
    for (const std::size_t size : {128U, 1000U, 32768U, 65536U, 1'000'000U}) {
        CAPTURE(size);
        const std::string payload(size, 'a');
        const auto compressed = deflated(payload);
        CHECK(inflated(compressed, size) == payload);
        CHECK(inflated(compressed, size - 1) == "too big");
        CHECK(inflated(compressed, 0) == "too big");
    }
    CHECK(inflated("\x00"s, 0).empty());
}

TEST_CASE("46: a message that would inflate without measure stops at the limit") {
    const auto bomb = deflated(std::string(64U << 20, '\0'));
    CHECK(bomb.size() < 400'000);
    std::string message;
    CHECK(inflate(bomb, 100'000, message) == Inflated::too_big);
    CHECK(message.capacity() < 250'000);
    // What stands behind the limit was not looked at.
    CHECK(inflated(bomb.substr(0, bomb.size() / 2) + "no DEFLATE", 100'000) == "too big");
}

TEST_CASE(
    "a message of any bytes comes back, of however many blocks and wherever its output fills the space") {
    std::mt19937 random(7692);
    for (int round = 0; round < 200; ++round) {
        std::string payload(128 + random() % 20'000, 'a');
        const auto letters = 1 + random() % 200;
        for (std::size_t i = payload.size() / 2; i < payload.size(); ++i)
            payload[i] = static_cast<char>(random() % letters);
        CAPTURE(round);
        const auto compressed = deflated(payload);
        REQUIRE(inflated(compressed, payload.size()) == payload);
        // What was flushed in two parts is one stream.
        auto two_parts = compressed;
        two_parts += "\x00\x00\xff\xff"s;
        two_parts += compressed;
        REQUIRE(inflated(two_parts, 2 * payload.size()) == payload + payload);
    }
}
