// The decoder where permessage-deflate (RFC 7692) was agreed.
#include "ws/codec_fixture.hpp"
#include "ws/deflated_frame.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace roost::ws;
using namespace roost::ws::test;
using namespace std::string_literals;

namespace {

constexpr unsigned compressed = compressed_bit;
const auto hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;  // "Hello"
// A block without compression.
std::string stored(const std::string& text) {
    const auto size = static_cast<char>(text.size());
    return "\x00"s + size + "\x00"s + static_cast<char>(~size) + "\xff"s + text + "\x00"s;
}

Events deflate_events_of(std::string_view bytes, std::uint32_t limit = Decoder::default_message_limit) {
    return events_of(bytes, limit, Deflate::agreed);
}

// What the server would send, as a client sends it.
std::string deflated_client_frame(Opcode opcode, const std::string& payload) {
    const auto frame = deflated_frame(opcode, payload);
    const auto size = static_cast<unsigned char>(frame[1]);
    const auto header = size < 126 ? 2U : size == 126 ? 4U : 10U;
    return client_frame(static_cast<unsigned char>(frame[0]), frame.substr(header));
}

}  // namespace

TEST_CASE("29: every example of RFC 7692, 7.2.3, is a message, where nothing refers to an earlier one") {
    const auto text = fin | compressed | 1U;
    CHECK(deflate_events_of(client_frame(text, hello)) == Events{"text Hello"});
    CHECK(deflate_events_of(client_frame(compressed | 1U, hello.substr(0, 3)) +
                            client_frame(fin | 0U, hello.substr(3))) == Events{"text Hello"});
    CHECK(deflate_events_of(client_frame(text, hello) + client_frame(text, "\xf2\x00\x11\x00\x00"s)) ==
          Events{"text Hello", "end 1007"});
    CHECK(deflate_events_of(client_frame(text, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s)) ==
          Events{"text Hello"});
    CHECK(deflate_events_of(client_frame(text, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s)) == Events{"text Hello"});
    CHECK(deflate_events_of(client_frame(text, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s)) ==
          Events{"text Hello"});
    CHECK(deflate_events_of(client_frame(text, "\x00"s)) == Events{"text "});
    CHECK(deflate_events_of(client_frame(fin | compressed | 2U, "\x00"s)) == Events{"binary "});
    CHECK(deflate_events_of(client_frame(compressed | 1U, hello) + client_frame(fin | 0U, "")) ==
          Events{"text Hello"});
}

TEST_CASE("29: messages that are not compressed come between those that are") {
    CHECK(deflate_events_of(client_frame(Opcode::text, "one") + client_frame(fin | compressed | 1U, hello) +
                            client_frame(Opcode::binary, hello) + client_frame(more | 1U, "fo") +
                            client_frame(fin | 0U, "ur") + client_frame(fin | compressed | 2U, hello)) ==
          Events{"text one", "text Hello", "binary " + hello, "text four", "binary Hello"});
}

TEST_CASE("45: control frames between and inside of compressed fragments are told as they come") {
    CHECK(deflate_events_of(client_frame(compressed | 1U, "") + client_frame(Opcode::ping, "one") +
                            client_frame(more | 0U, hello.substr(0, 4)) + client_frame(Opcode::pong, hello) +
                            client_frame(more | 0U, "") + client_frame(Opcode::ping, "") +
                            client_frame(fin | 0U, hello.substr(4)) +
                            client_frame(Opcode::close, close_payload(1000, "bye"))) ==
          Events{"ping one", "pong " + hello, "ping ", "text Hello", "close 1000 bye"});
}

TEST_CASE("46: a compressed frame that was not agreed on ends the connection with 1002") {
    for (const auto opcode : {1U, 2U}) {
        CHECK(events_of(client_frame(fin | compressed | opcode, hello)) == Events{"end 1002"});
        CHECK(events_of(client_frame(compressed | opcode, hello)) == Events{"end 1002"});
    }
}

TEST_CASE("46: a continuation or a control frame that says it is compressed ends the connection with 1002") {
    const auto start = client_frame(compressed | 1U, hello.substr(0, 3));
    CHECK(deflate_events_of(start + client_frame(fin | compressed | 0U, hello.substr(3))) ==
          Events{"end 1002"});
    CHECK(deflate_events_of(start + client_frame(fin | compressed | 1U, hello)) == Events{"end 1002"});
    CHECK(deflate_events_of(client_frame(more | 1U, "a") + client_frame(fin | compressed | 0U, hello)) ==
          Events{"end 1002"});
    for (const auto opcode : {0U, 3U, 8U, 9U, 10U, 11U})
        CHECK(deflate_events_of(client_frame(fin | compressed | opcode, "")) == Events{"end 1002"});
}

TEST_CASE("46: the other reserved bits end the connection with 1002, agreed or not") {
    for (const auto bits : {0x20U, 0x10U, 0x30U, 0x60U, 0x50U, 0x70U})
        CHECK(deflate_events_of(client_frame(fin | bits | 1U, hello)) == Events{"end 1002"});
}

TEST_CASE("46: a message that inflates to more than the limit ends the connection with 1009") {
    const std::string payload(2000, 'a');
    const auto frame = deflated_client_frame(Opcode::text, payload);
    CHECK(frame.size() < 50);
    CHECK(deflate_events_of(frame, 2000) == Events{"text " + payload});
    CHECK(deflate_events_of(frame, 1999) == Events{"end 1009"});
    CHECK(deflate_events_of(deflated_client_frame(Opcode::binary, std::string(16U << 20, 'a'))) ==
          Events{"end 1009"});
}

TEST_CASE("42: the limit also counts a compressed message as it comes, over its fragments") {
    const auto text = stored("0123456789");  // 16 bytes
    CHECK(deflate_events_of(client_frame(fin | compressed | 1U, text), 16) == Events{"text 0123456789"});
    CHECK(deflate_events_of(client_frame(fin | compressed | 1U, text), 15) == Events{"end 1009"});
    const auto start = client_frame(compressed | 1U, text.substr(0, 8)) + client_frame(Opcode::ping, "p");
    CHECK(deflate_events_of(start + client_frame(fin | 0U, text.substr(8)), 16) ==
          Events{"ping p", "text 0123456789"});
    CHECK(deflate_events_of(start + client_frame(fin | 0U, "", 8), 15) == Events{"ping p", "end 1009"});
}

TEST_CASE("a compressed message that does not inflate ends the connection with 1007") {
    for (const auto& bad : {""s, "Hello"s, hello.substr(0, 4), hello + "x"}) {
        CHECK(deflate_events_of(client_frame(fin | compressed | 2U, bad)) == Events{"end 1007"});
        CHECK(deflate_events_of(client_frame(compressed | 2U, bad) + client_frame(fin | 0U, "")) ==
              Events{"end 1007"});
    }
}

TEST_CASE("41: text is UTF-8 when it is inflated, whatever the compressed bytes are, else 1007") {
    CHECK(deflate_events_of(client_frame(fin | compressed | 1U, stored("\xe2\x82\xac"))) ==
          Events{"text \xe2\x82\xac"});
    for (const auto* bad : {"\x80", "\xc0\xaf", "\xed\xa0\x80", "ok \xe2\x82"}) {
        const auto bytes = stored(bad);
        CHECK(deflate_events_of(client_frame(fin | compressed | 1U, bytes)) == Events{"end 1007"});
        CHECK(deflate_events_of(client_frame(compressed | 1U, bytes.substr(0, 3)) +
                                client_frame(fin | 0U, bytes.substr(3))) == Events{"end 1007"});
        CHECK(deflate_events_of(client_frame(fin | compressed | 2U, bytes)) == Events{"binary "s + bad});
    }
}

TEST_CASE("a decoder holds nothing behind a compressed message, nor behind one that does not inflate") {
    Session session(Decoder::default_message_limit, Deflate::agreed);
    const auto frame = client_frame(fin | compressed | 1U, hello);
    session.feed(frame + frame.substr(0, 9));
    CHECK(session.decoder.held_bytes() > 0);
    session.feed(frame.substr(9));
    CHECK(session.decoder.held_bytes() == 0);
    session.feed(client_frame(compressed | 1U, "x"));
    session.feed(client_frame(fin | 0U, "y") + frame);
    CHECK(session.decoder.held_bytes() == 0);
    CHECK(session.decoder.has_ended());
    CHECK(session.recorder.events == Events{"text Hello", "text Hello", "end 1007"});
}

TEST_CASE("a sink that stops at a compressed message gets the rest later, unchanged") {
    auto bytes = client_frame(fin | compressed | 1U, hello) + client_frame(Opcode::ping, "two");
    Decoder decoder(Decoder::default_message_limit, Deflate::agreed);
    Recorder recorder(true);
    const auto fed = decoder.feed(bytes, recorder);
    CHECK(recorder.events == Events{"text Hello"});
    auto rest = bytes.substr(fed.consumed);
    CHECK(rest == client_frame(Opcode::ping, "two"));
    decoder.feed(rest, recorder);
    CHECK(recorder.events == Events{"text Hello", "ping two"});
}

TEST_CASE("what the server compresses is what a decoder reads, however it is cut") {
    std::mt19937 random(7692);
    Events expected;
    std::string bytes;
    for (int i = 0; i < 100; ++i) {
        std::string payload(random() % 3000, '\0');
        const auto letters = 1 + random() % 64;
        for (auto& c : payload) c = static_cast<char>('0' + random() % letters);
        const auto opcode = i % 3 == 0 ? Opcode::binary : Opcode::text;
        bytes += deflated_client_frame(opcode, payload);
        expected.push_back((opcode == Opcode::text ? "text " : "binary ") + payload);
    }
    CHECK(deflate_events_of(bytes) == expected);
    for (const std::size_t step : {1U, 7U, 100U, 1460U})
        CHECK(events_of_pieces(bytes, step, step, Decoder::default_message_limit, Deflate::agreed) ==
              expected);
}
