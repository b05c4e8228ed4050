#include "ws/codec.hpp"

#include "ws/codec_fixture.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace roost::ws;
using namespace roost::ws::test;

namespace {

// One of everything that may come, to be cut anywhere.
std::string conversation() {
    return client_frame(Opcode::text, "hello") + client_frame(Opcode::text, "") +
           client_frame(Opcode::ping, "are you there") + client_frame(more | 1U, "fr\xc3") +
           client_frame(Opcode::ping, "") + client_frame(more | 0U, "\xa4gme") +
           client_frame(Opcode::pong, std::string(125, 'p')) + client_frame(more | 0U, "") +
           client_frame(fin | 0U, "nt \xf0\x9f\x90\x93") +
           client_frame(Opcode::binary, std::string(200, '\xff')) +
           client_frame(Opcode::text, "\xe2\x82\xac") + client_frame(more | 2U, "a") +
           client_frame(fin | 0U, "") + client_frame(Opcode::close, close_payload(1000, "bye")) +
           client_frame(Opcode::text, "after the end");
}

const Events& conversation_events() {
    static const Events events{"text hello",
                               "text ",
                               "ping are you there",
                               "ping ",
                               "pong " + std::string(125, 'p'),
                               "text fr\xc3\xa4gment \xf0\x9f\x90\x93",
                               "binary " + std::string(200, '\xff'),
                               "text \xe2\x82\xac",
                               "binary a",
                               "close 1000 bye"};
    return events;
}

}  // namespace

TEST_CASE("a masked frame of RFC 6455, section 5.7, is a message") {
    CHECK(events_of("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58") == Events{"text Hello"});
}

TEST_CASE("a decoder at rest owns nothing, before and after a message that came in pieces") {
    Session session;
    CHECK(session.decoder.held_bytes() == 0);
    const auto frame = client_frame(Opcode::text, "hello");
    session.feed(frame + frame.substr(0, 3));
    CHECK(session.decoder.held_bytes() > 0);
    session.feed(frame.substr(3, 5));
    CHECK(session.decoder.held_bytes() > 0);
    session.feed(frame.substr(8));
    CHECK(session.decoder.held_bytes() == 0);
    const auto ping = client_frame(Opcode::ping, "p");
    session.feed(ping.substr(0, 6));
    CHECK(session.decoder.held_bytes() > 0);
    session.feed(ping.substr(6));
    CHECK(session.decoder.held_bytes() == 0);
    session.feed(client_frame(more | 1U, "a") + client_frame(fin | 0U, "b"));
    CHECK(session.decoder.held_bytes() == 0);
    CHECK(session.recorder.events == Events{"text hello", "text hello", "ping p", "text ab"});
}

TEST_CASE("a message that lies whole in the buffer is a view into it, also behind a header that was split") {
    Decoder decoder;
    Recorder recorder;
    auto bytes = client_frame(Opcode::text, "hello") + client_frame(Opcode::binary, "world").substr(0, 4);
    decoder.feed(bytes, recorder);
    CHECK(recorder.last.data() == bytes.data() + 6);
    auto rest = client_frame(Opcode::binary, "world").substr(4);
    decoder.feed(rest, recorder);
    CHECK(recorder.last.data() == rest.data() + 2);
    CHECK(decoder.held_bytes() == 0);
}

TEST_CASE("a conversation cut at any byte, or fed byte by byte, gives the same events") {
    CHECK(events_of(conversation()) == conversation_events());
}

TEST_CASE("a damaged conversation ends the same way however its bytes are cut") {
    std::mt19937 random(6455);
    for (int round = 0; round < 3000; ++round) {
        auto bytes = conversation();
        for (int i = 0; i < 2; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
        const auto whole = events_of_pieces(bytes, bytes.size(), 1);
        Session session;
        for (std::string_view rest = bytes; !rest.empty();) {
            const auto size = std::min<std::size_t>(1 + random() % 40, rest.size());
            session.feed(rest.substr(0, size));
            rest.remove_prefix(size);
        }
        CAPTURE(round);
        REQUIRE(session.recorder.events == whole);
    }
}

TEST_CASE("every length form is read, and 48: lengths are bytes") {
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 127U, 65535U, 65536U, 1048576U}) {
        std::string payload(size, ' ');
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7);
        CAPTURE(size);
        const auto frame = client_frame(Opcode::binary, payload);
        CHECK(events_of(frame) == Events{"binary " + payload});
        CHECK(events_of_pieces(frame, size / 3, frame.size()) == Events{"binary " + payload});
    }
    CHECK(events_of(client_frame(Opcode::text, "\xf0\x9f\x90\x93"), 4) == Events{"text \xf0\x9f\x90\x93"});
    CHECK(events_of(client_frame(Opcode::text, "\xf0\x9f\x90\x93"), 3) == Events{"end 1009"});
}

TEST_CASE("a sink that stops gets the rest later, unchanged") {
    const auto first = client_frame(Opcode::text, "one");
    auto bytes = first + client_frame(Opcode::ping, "two") + client_frame(more | 1U, "th") +
                 client_frame(fin | 0U, "ree") + client_frame(Opcode::pong, "four");
    Decoder decoder;
    Recorder recorder(true);
    auto fed = decoder.feed(bytes, recorder);
    CHECK(fed.consumed == first.size());
    CHECK(recorder.events == Events{"text one"});
    std::size_t calls = 1;
    for (std::string rest = bytes.substr(fed.consumed); !rest.empty(); rest = rest.substr(fed.consumed)) {
        fed = decoder.feed(rest, recorder);
        CHECK(recorder.events.size() == ++calls);
    }
    CHECK(recorder.events == Events{"text one", "ping two", "text three", "pong four"});
}

TEST_CASE("a sink may destroy the decoder in an event after which it stops") {
    struct Destroyer final : Sink {
        explicit Destroyer(std::optional<Decoder>& its) : decoder(its) {}
        bool destroy(std::string_view payload) {
            decoder.reset();
            seen = std::string(payload);  // the payload outlives the decoder
            return false;
        }
        bool on_message(Opcode, std::string_view payload) override { return destroy(payload); }
        bool on_ping(std::string_view payload) override { return destroy(payload); }
        bool on_pong(std::string_view payload) override { return destroy(payload); }
        void on_close(std::optional<CloseCode>, std::string_view reason) override { destroy(reason); }
        std::optional<Decoder>& decoder;
        std::string seen;
    };
    for (const auto& frame : {client_frame(Opcode::text, "over"), client_frame(Opcode::ping, "over"),
                              client_frame(Opcode::close, close_payload(1000, "over"))}) {
        for (std::size_t cut = 0; cut < frame.size(); ++cut) {
            std::optional<Decoder> decoder(std::in_place);
            Destroyer sink(decoder);
            auto start = frame.substr(0, cut);
            decoder->feed(start, sink);
            auto rest = frame.substr(cut) + client_frame(Opcode::ping, "more");
            decoder->feed(rest, sink);
            CHECK(sink.seen == "over");
        }
    }
}

TEST_CASE("an announced length reserves nothing: what is held follows what has come") {
    Session session;
    session.feed(client_frame(fin | 2U, std::string(100, 'x'), 1048576));
    CHECK(session.decoder.held_bytes() < 1000);
    std::size_t sent = 100;
    for (; sent + 1000 < 1048576; sent += 1000) {
        session.feed(std::string(1000, 'x'));
        REQUIRE(session.decoder.held_bytes() < 2 * sent + 4000);
        REQUIRE(session.decoder.held_bytes() < 1048576 + 1000);
    }
    session.feed(std::string(1048576 - sent, 'x'));
    CHECK(session.recorder.events.size() == 1);
    CHECK(session.decoder.held_bytes() == 0);
}

TEST_CASE("a stream of empty fragments is held in no more memory") {
    Session session;
    session.feed(client_frame(more | 1U, ""));
    const auto held = session.decoder.held_bytes();
    for (int i = 0; i < 1000; ++i) session.feed(client_frame(more | 0U, ""));
    CHECK(session.decoder.held_bytes() == held);
}

TEST_CASE("45: pings and pongs come with their payload, also between and inside of fragments") {
    CHECK(events_of(client_frame(more | 1U, "a") + client_frame(Opcode::ping, "p") +
                    client_frame(Opcode::pong, "") + client_frame(fin | 0U, "b")) ==
          Events{"ping p", "pong ", "text ab"});
}

TEST_CASE("47: a close frame with a valid code is told with its reason, and is the last event") {
    for (const auto code : {1000U, 1001U, 1002U, 1003U, 1007U, 1011U, 1012U, 1014U, 3000U, 4999U}) {
        const auto frame = client_frame(Opcode::close, close_payload(code, "so"));
        CHECK(events_of(frame + frame) == Events{"close " + std::to_string(code) + " so"});
    }
    CHECK(events_of(client_frame(Opcode::close, "")) == Events{"close -"});
    Session session;
    session.feed(client_frame(more | 1U, "a") + client_frame(Opcode::close, ""));
    CHECK(session.decoder.has_ended());
    CHECK(session.decoder.held_bytes() == 0);
}
