// Any bytes as what a client sends over a WebSocket. The first line is no part of them: its bytes are the
// sizes of the pieces they come in, over and over. However the pieces fall, the same events come out; once
// without permessage-deflate and once with it.
#include "ws/codec.hpp"
#include "ws/utf8.hpp"

#include <algorithm>
#include <cassert>

namespace roost {
namespace {

using namespace roost::ws;

constexpr std::uint32_t message_limit = 300;
constexpr std::size_t bookkeeping = 200;  // bytes held beside the payloads

// One connection; it writes down what the decoder tells.
class Reading final : public Sink {
public:
    explicit Reading(Deflate deflate) : decoder_(message_limit, deflate) {}

    bool on_message(Opcode opcode, std::string_view payload) override {
        assert(opcode == Opcode::text || opcode == Opcode::binary);
        assert(payload.size() <= message_limit);
        assert(opcode == Opcode::binary || is_utf8(payload));
        return note(opcode == Opcode::text ? "text " : "binary ", payload);
    }
    bool on_ping(std::string_view payload) override { return note_control("ping ", payload); }
    bool on_pong(std::string_view payload) override { return note_control("pong ", payload); }
    void on_close(std::optional<CloseCode> code, std::string_view reason) override {
        assert(!code || may_be_received(static_cast<std::uint16_t>(*code)));
        assert(code || reason.empty());
        assert(is_utf8(reason));
        note_control(code ? "close " + std::to_string(static_cast<int>(*code)) : "close", reason);
    }

    void read(std::string_view piece) {
        // Of exactly its size, so that the sanitizer sees a byte read beyond it.
        std::vector<char> bytes(piece.begin(), piece.end());
        const auto fed = decoder_.feed(bytes, *this);
        received_ += piece.size();
        assert(fed.consumed == piece.size());
        assert(decoder_.held_bytes() <=
               bookkeeping + std::min<std::size_t>(2 * received_, message_limit + max_control_payload));
        if (fed.violation) {
            assert(decoder_.has_ended() && !fed.violation->reason.empty());
            note("end ", std::to_string(static_cast<int>(fed.violation->code)));
        }
    }
    [[nodiscard]] const std::vector<std::string>& events() const { return events_; }

private:
    bool note(std::string kind, std::string_view text) {
        assert(!has_closed_);
        has_closed_ = kind.starts_with("close") || kind.starts_with("end");
        events_.push_back(std::move(kind) + std::string(text));
        return true;
    }
    bool note_control(std::string kind, std::string_view payload) {
        assert(payload.size() <= max_control_payload);
        return note(std::move(kind), payload);
    }

    Decoder decoder_;
    std::size_t received_ = 0;
    bool has_closed_ = false;
    std::vector<std::string> events_;
};

void try_with(Deflate deflate, std::string_view sizes, std::string_view bytes) {
    Reading whole(deflate);
    whole.read(bytes);
    Reading pieces(deflate);
    auto rest = bytes;
    for (std::size_t i = 0; !rest.empty(); ++i) {
        const unsigned size = sizes.empty() ? 1 : static_cast<unsigned char>(sizes[i % sizes.size()]);
        pieces.read(rest.substr(0, std::max(size, 1U)));
        rest.remove_prefix(std::min<std::size_t>(std::max(size, 1U), rest.size()));
    }
    assert(pieces.events() == whole.events());
}

}  // namespace

void fuzz(std::string_view input) {
    const auto line_end = std::min(input.find('\n'), input.size());
    const auto sizes = input.substr(0, line_end);
    const auto bytes = input.substr(std::min(line_end + 1, input.size()));
    try_with(Deflate::none, sizes, bytes);
    try_with(Deflate::agreed, sizes, bytes);
}

}  // namespace roost
