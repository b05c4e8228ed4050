#include "ws/codec_fixture.hpp"

#include <doctest/doctest.h>

using namespace roost::ws;
using namespace roost::ws::test;
using namespace std::string_literals;

namespace {

// After how many bytes, fed one at a time, the connection ended with `code`; 0: it did not.
std::size_t ends_after(std::string_view bytes, CloseCode code, std::uint32_t limit = 1U << 20) {
    Decoder decoder(limit);
    Recorder recorder;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        char c = bytes[i];
        const auto fed = decoder.feed({&c, 1}, recorder);
        if (fed.violation) return fed.violation->code == code ? i + 1 : 0;
    }
    return 0;
}

}  // namespace

TEST_CASE("41: text that is not UTF-8 ends the connection with 1007") {
    for (const auto* bad : {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "ok \xe2\x82"}) {
        CHECK(events_of(client_frame(Opcode::text, bad)) == Events{"end 1007"});
        CHECK(events_of(client_frame(Opcode::binary, bad)) == Events{"binary "s + bad});
    }
}

TEST_CASE("41: bad text ends the connection at its first bad byte, also inside fragments") {
    const std::size_t header = 6;
    // Announced bytes that never come: the end of the message is not waited for.
    CHECK(ends_after(client_frame(0x81, "abc\xed\xa0" + std::string(90, 'x')), CloseCode::invalid_data) ==
          header + 5);
    CHECK(ends_after(client_frame(more | 1U, "a\xff"), CloseCode::invalid_data) == header + 2);
    CHECK(ends_after(client_frame(more | 1U, "ab\xf0\x9f") + client_frame(more | 0U, "\x90\x41zzz"),
                     CloseCode::invalid_data) == header + 4 + header + 2);
    // A character that the last fragment does not complete.
    CHECK(events_of(client_frame(more | 1U, "a") + client_frame(fin | 0U, "\xe2\x82")) == Events{"end 1007"});
}

TEST_CASE("42: a message over the limit ends the connection with 1009 as soon as its header says so") {
    const auto over = client_frame(fin | 2U, "", 1048577);
    CHECK(ends_after(over, CloseCode::message_too_big) == 10);  // before the mask and any payload
    CHECK(events_of(client_frame(fin | 2U, "", 1048576)).empty());
    CHECK(ends_after(client_frame(fin | 1U, "", 11), CloseCode::message_too_big, 10) == 2);
    CHECK(events_of(client_frame(Opcode::text, "0123456789"), 10) == Events{"text 0123456789"});
    CHECK(events_of(client_frame(fin | 2U, "", 0x7FFFFFFFFFFFFFFF)) == Events{"end 1009"});
}

TEST_CASE("42: the limit counts the sum of the fragments and no control frame between them") {
    const auto start = client_frame(more | 1U, "01234") + client_frame(Opcode::ping, std::string(125, 'x')) +
                       client_frame(more | 0U, "567");
    CHECK(events_of(start + client_frame(fin | 0U, "89"), 10).back() == "text 0123456789");
    CHECK(events_of(start + client_frame(fin | 0U, "", 3), 10).back() == "end 1009");
    CHECK(events_of(start + client_frame(fin | 0U, "", 0x7FFFFFFFFFFFFFFF), 10).back() == "end 1009");
}

TEST_CASE("43: an interleaved data frame ends the connection with 1002") {
    CHECK(events_of(client_frame(more | 1U, "a") + client_frame(Opcode::text, "b")) == Events{"end 1002"});
    CHECK(events_of(client_frame(more | 2U, "") + client_frame(more | 1U, "b")) == Events{"end 1002"});
}

TEST_CASE("43: a stray continuation ends the connection with 1002") {
    CHECK(events_of(client_frame(fin | 0U, "a")) == Events{"end 1002"});
    CHECK(events_of(client_frame(more | 0U, "a")) == Events{"end 1002"});
    const auto message = client_frame(more | 1U, "a") + client_frame(fin | 0U, "b");
    CHECK(events_of(message + client_frame(fin | 0U, "c")) == Events{"text ab", "end 1002"});
}

TEST_CASE("45: a control frame that is fragmented or over 125 bytes ends the connection with 1002") {
    for (const auto opcode : {8U, 9U, 10U}) {
        CHECK(ends_after(client_frame(more | opcode, "a"), CloseCode::protocol_error) == 1);
        CHECK(ends_after(client_frame(fin | opcode, std::string(126, 'x')), CloseCode::protocol_error) == 2);
    }
}

TEST_CASE("47: a close frame with an invalid code or half a code ends the connection with 1002") {
    for (const auto code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2000U, 2999U, 5000U, 65535U}) {
        CHECK(events_of(client_frame(Opcode::close, close_payload(code))) == Events{"end 1002"});
    }
    CHECK(events_of(client_frame(Opcode::close, "\x03")) == Events{"end 1002"});
}

TEST_CASE("47: a close reason that is not UTF-8 ends the connection with 1007") {
    CHECK(events_of(client_frame(Opcode::close, close_payload(1000, "\xff"))) == Events{"end 1007"});
    CHECK(events_of(client_frame(Opcode::close, close_payload(1000, "\xe2\x82"))) == Events{"end 1007"});
}

TEST_CASE("an unmasked frame, an unknown opcode or a length in a wrong form ends the connection with 1002") {
    CHECK(events_of("\x81\x05Hello") == Events{"end 1002"});
    CHECK(events_of("\x81\x7f") == Events{"end 1002"});
    for (const auto opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
        CHECK(events_of(client_frame(fin | opcode, "a")) == Events{"end 1002"});
    }
    CHECK(events_of("\x81\xfe\x00\x7d"s) == Events{"end 1002"});
    CHECK(events_of("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff"s) == Events{"end 1002"});
    CHECK(events_of("\x81\xff\x80\x00\x00\x00\x00\x01\x00\x00"s) == Events{"end 1002"});
}

TEST_CASE("after a violation the decoder drops what comes and holds nothing") {
    Session session;
    session.feed(client_frame(more | 1U, "a") + client_frame(Opcode::text, "b") +
                 client_frame(Opcode::ping, "c"));
    session.feed(client_frame(fin | 0U, "d"));
    CHECK(session.recorder.events == Events{"end 1002"});
    CHECK(session.decoder.has_ended());
    CHECK(session.decoder.held_bytes() == 0);
}

TEST_CASE("46: a compressed frame, as any with a reserved bit, ends the connection with 1002") {
    for (const auto bit : {0x40U, 0x20U, 0x10U}) {
        CHECK(ends_after(client_frame(fin | bit | 1U, "a"), CloseCode::protocol_error) == 1);
        CHECK(events_of(client_frame(fin | bit | 9U, "a")) == Events{"end 1002"});
    }
}
