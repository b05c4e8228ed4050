// For the tests of the decoder: a client's frames, and sessions that write down what a decoder tells.
#pragma once

#include "ws/codec.hpp"
#include "ws/mask.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace roost::ws::test {

inline constexpr Mask mask{'\x37', '\xfa', '\x21', '\x3d'};
inline constexpr std::uint8_t fin = 0x80;
inline constexpr std::uint8_t more = 0x00;

// A client's frame whose header announces `announced` bytes.
inline std::string client_frame(unsigned first, std::string payload, std::uint64_t announced) {
    std::string frame(1, static_cast<char>(first));
    std::string length;
    append_header(length, Opcode::binary, announced);
    length[1] = static_cast<char>(length[1] | '\x80');
    frame += length.substr(1);
    frame.append(mask.data(), mask.size());
    apply_mask(payload, mask, 0);
    return frame + payload;
}

inline std::string client_frame(unsigned first, const std::string& payload) {
    return client_frame(first, payload, payload.size());
}

inline std::string client_frame(Opcode opcode, const std::string& payload) {
    return client_frame(fin | static_cast<unsigned>(opcode), payload);
}

// Writes events down, one line each. Stops the decoder after every event if told so.
class Recorder final : public Sink {
public:
    explicit Recorder(bool stops = false) : stops_(stops) {}

    bool on_message(Opcode opcode, std::string_view payload) override {
        last = payload;
        return note(opcode == Opcode::text ? "text " : "binary ", payload);
    }
    bool on_ping(std::string_view payload) override { return note("ping ", payload); }
    bool on_pong(std::string_view payload) override { return note("pong ", payload); }
    void on_close(std::optional<CloseCode> code, std::string_view reason) override {
        note("close ", code ? std::to_string(static_cast<int>(*code)) + " " + std::string(reason) : "-");
    }

    std::vector<std::string> events;
    std::string_view last;

private:
    bool note(const std::string& kind, std::string_view text) {
        events.push_back(kind + std::string(text));
        return !stops_;
    }

    bool stops_;
};

using Events = std::vector<std::string>;

// Everything that a connection saw; a violation is the last event.
struct Session {
    explicit Session(std::uint32_t limit = Decoder::default_message_limit, Deflate deflate = Deflate::none)
        : decoder(limit, deflate) {}

    // In a buffer of exactly its size, so that the sanitizer sees a byte read beyond it.
    void feed(std::string_view bytes) {
        std::vector<char> buffer(bytes.begin(), bytes.end());
        const auto fed = decoder.feed(buffer, recorder);
        if (fed.consumed != bytes.size()) FAIL_CHECK("bytes are left over");
        if (fed.violation) {
            recorder.events.push_back("end " + std::to_string(static_cast<int>(fed.violation->code)));
            CHECK_FALSE(fed.violation->reason.empty());
        }
    }

    Decoder decoder;
    Recorder recorder;
};

inline Events events_of_pieces(std::string_view bytes, std::size_t first, std::size_t others,
                               std::uint32_t limit = Decoder::default_message_limit,
                               Deflate deflate = Deflate::none) {
    Session session(limit, deflate);
    session.feed(bytes.substr(0, first));
    for (auto rest = bytes.substr(std::min(first, bytes.size())); !rest.empty();) {
        session.feed(rest.substr(0, others));
        rest.remove_prefix(std::min(others, rest.size()));
    }
    return session.recorder.events;
}

// Fed at once, byte by byte, and cut in two at every byte it is the same; what it is. Of many bytes, cut at
// the first and the last of them.
inline Events events_of(std::string_view bytes, std::uint32_t limit = Decoder::default_message_limit,
                        Deflate deflate = Deflate::none) {
    constexpr std::size_t many = 3000;
    constexpr std::size_t ends = 20;
    const auto whole = events_of_pieces(bytes, bytes.size(), 1, limit, deflate);
    if (bytes.size() <= many) CHECK(events_of_pieces(bytes, 0, 1, limit, deflate) == whole);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        if (bytes.size() > many && cut > ends && cut < bytes.size() - ends) continue;
        CAPTURE(cut);
        CHECK(events_of_pieces(bytes, cut, bytes.size(), limit, deflate) == whole);
    }
    return whole;
}

inline std::string close_payload(unsigned code, const std::string& reason = {}) {
    return std::string{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)} + reason;
}

}  // namespace roost::ws::test
