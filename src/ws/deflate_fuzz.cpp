// Any bytes as a compressed message, as a message to compress, and as what a client offers in its handshake.
#include "ws/deflate_agreement.hpp"
#include "ws/deflated_frame.hpp"
#include "ws/inflate.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

namespace roost {
namespace {

using namespace roost::ws;

constexpr std::size_t most = 1000;  // bytes of a message; small, so that inputs reach it

struct Outcome {
    Inflated inflated;
    std::string message;

    bool operator==(const Outcome&) const = default;
};

Outcome inflate_up_to(std::size_t limit, std::string_view compressed) {
    // Of exactly its size, so that the sanitizer sees a byte read beyond it.
    const std::vector<char> bytes(compressed.begin(), compressed.end());
    Outcome outcome{};
    outcome.inflated = inflate(bytes, limit, outcome.message);
    assert(outcome.message.size() <= limit + 1);
    if (outcome.inflated != Inflated::whole) outcome.message.clear();
    return outcome;
}

// The limit decides whether there is a message, and never which one.
void try_to_inflate(std::string_view compressed) {
    const auto outcome = inflate_up_to(most, compressed);
    assert(inflate_up_to(most, compressed) == outcome);
    if (outcome.inflated != Inflated::whole) return;
    const auto size = outcome.message.size();
    assert(size <= most);
    assert(inflate_up_to(size, compressed) == outcome);
    if (size > 0) assert(inflate_up_to(size - 1, compressed).inflated == Inflated::too_big);
}

void try_to_deflate(std::string_view payload) {
    const auto frame = deflated_frame(Opcode::binary, payload);
    std::string plain;
    append_frame(plain, Opcode::binary, payload);
    if ((static_cast<unsigned char>(frame.front()) & compressed_bit) == 0) {
        assert(frame == plain);
        return;
    }
    assert(payload.size() >= least_deflated_payload && frame.size() < plain.size());
    const auto length = static_cast<unsigned char>(frame[1]);
    const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
    assert(frame.size() > header && frame_header_size(frame.size() - header) == header);
    const auto outcome = inflate_up_to(payload.size(), std::string_view(frame).substr(header));
    assert(outcome.inflated == Inflated::whole && outcome.message == payload);
}

// What was agreed is an offer that is accepted again, in the same words.
void try_to_agree(std::string_view offers) {
    const auto agreement = agree_on_deflate(offers);
    if (!agreement) return;
    const auto again = agree_on_deflate(agreement->answer);
    assert(again && again->answer == agreement->answer);
    assert(again->compresses_outgoing == agreement->compresses_outgoing);
    assert(agree_on_deflate("x; y=\"z\", " + std::string(offers)));
}

}  // namespace

void fuzz(std::string_view input) {
    try_to_inflate(input);
    try_to_deflate(input);
    // Long inputs are made of few letters otherwise.
    std::string twice(input);
    twice += input;
    try_to_deflate(twice);
    try_to_agree(input);
}

}  // namespace roost
