#include "ws/codec.hpp"

#include "ws/deflated_frame.hpp"
#include "ws/inflate.hpp"
#include "ws/mask.hpp"
#include "ws/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace roost::ws {

namespace {

constexpr std::size_t longest_header = 14;  // 2, a length of 8, a mask of 4

constexpr Violation reserved_bits{CloseCode::protocol_error, "a reserved bit is set"};
constexpr Violation unknown_opcode{CloseCode::protocol_error, "an unknown opcode"};
constexpr Violation fragmented_control{CloseCode::protocol_error, "a fragmented control frame"};
constexpr Violation long_control{CloseCode::protocol_error, "a control frame over 125 bytes"};
constexpr Violation stray_continuation{CloseCode::protocol_error, "a continuation without a message"};
constexpr Violation interleaved{CloseCode::protocol_error, "a data frame inside a fragmented message"};
constexpr Violation unmasked{CloseCode::protocol_error, "an unmasked frame"};
constexpr Violation bad_length{CloseCode::protocol_error, "a length in a wrong form"};
constexpr Violation bad_close{CloseCode::protocol_error, "an invalid close code"};
constexpr Violation bad_text{CloseCode::invalid_data, "text that is not UTF-8"};
constexpr Violation bad_deflate{CloseCode::invalid_data, "a compressed message that does not inflate"};
constexpr Violation bad_reason{CloseCode::invalid_data, "a close reason that is not UTF-8"};
constexpr Violation too_big{CloseCode::message_too_big, "a message over the size limit"};

unsigned byte_at(std::span<const char> bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::uint64_t big_endian(std::span<const char> bytes) {
    std::uint64_t number = 0;
    for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

std::string_view view(std::span<const char> bytes) {
    return {bytes.data(), bytes.size()};
}

// Grows with what has arrived, by doubling, and never past `most`.
void append(std::vector<char>& to, std::span<const char> bytes, std::uint64_t most) {
    const std::size_t size = to.size() + bytes.size();
    if (size > to.capacity()) {
        const auto doubled = std::max(size, 2 * to.capacity());
        to.reserve(
            static_cast<std::size_t>(std::min<std::uint64_t>(doubled, std::max<std::uint64_t>(most, size))));
    }
    to.insert(to.end(), bytes.begin(), bytes.end());
}

// What is wrong with a frame's first byte, or null. `open`: a fragmented message waits for its next frame.
const Violation* fault_of_first_byte(unsigned byte, bool open, Deflate deflate) {
    const bool fin = (byte & 0x80U) != 0;
    const auto opcode = static_cast<Opcode>(byte & 0x0FU);
    auto reserved = byte & 0x70U;
    if (deflate == Deflate::agreed && (opcode == Opcode::text || opcode == Opcode::binary))
        reserved &= ~compressed_bit;
    if (reserved != 0) return &reserved_bits;
    switch (opcode) {
        case Opcode::continuation: return open ? nullptr : &stray_continuation;
        case Opcode::text:
        case Opcode::binary: return open ? &interleaved : nullptr;
        case Opcode::close:
        case Opcode::ping:
        case Opcode::pong: return fin ? nullptr : &fragmented_control;
    }
    return &unknown_opcode;
}

}  // namespace

struct Decoder::Header {
    Opcode opcode = Opcode::continuation;
    bool fin = false;
    bool compressed = false;
    Mask mask{};
    std::uint64_t size = 0;  // of the payload
};

struct Decoder::Parsed {
    const Violation* violation = nullptr;
    std::size_t length = 0;  // of the header; 0: it is not all there
    Header header;
};

struct Decoder::Step {
    bool go_on = true;
    const Violation* violation = nullptr;
};

// What is kept between two reads: part of a header, or a frame with part of its payload, or the fragments of
// a message; a control frame may come in pieces between fragments.
struct Decoder::Partial {
    std::array<char, longest_header> header{};
    std::uint8_t header_size = 0;
    bool in_payload = false;
    bool compressed = false;  // the message
    Utf8Check utf8;
    Opcode message_opcode = Opcode::continuation;  // continuation: no message is open
    Header frame;
    std::uint64_t done = 0;  // bytes of the frame's payload that came
    std::vector<char> message;
    std::vector<char> control;
};

Decoder::Decoder(std::uint32_t message_limit, Deflate deflate) noexcept
    : message_limit_(message_limit), deflate_(deflate) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Decoder::Fed Decoder::feed(std::span<char> bytes, Sink& sink) {
    if (ended_) return {bytes.size(), std::nullopt};
    auto rest = bytes;
    Step step;
    while (step.go_on && !rest.empty()) {
        step = partial_ && partial_->in_payload ? take_payload(rest, sink) : take_frame(rest, sink);
    }
    // The sink may have destroyed this decoder, unless there is a violation.
    if (step.violation == nullptr) return {bytes.size() - rest.size(), std::nullopt};
    end();
    return {bytes.size(), *step.violation};
}

std::size_t Decoder::held_bytes() const noexcept {
    return partial_ ? sizeof(Partial) + partial_->message.capacity() + partial_->control.capacity() : 0;
}

bool Decoder::in_message() const noexcept {
    return partial_ && partial_->message_opcode != Opcode::continuation;
}

void Decoder::end() noexcept {
    ended_ = true;
    partial_.reset();
}

// Every byte is judged as soon as it is there, in their order: how the bytes were cut into reads changes no
// outcome.
Decoder::Parsed Decoder::parse_header(std::span<const char> bytes) const {
    const auto refused = [](const Violation& violation) { return Parsed{&violation, 0, {}}; };
    const Parsed unfinished;

    if (bytes.empty()) return unfinished;
    const auto first = byte_at(bytes, 0);
    if (const auto* fault = fault_of_first_byte(first, in_message(), deflate_)) return refused(*fault);
    Header header;
    header.opcode = static_cast<Opcode>(first & 0x0FU);
    header.fin = (first & 0x80U) != 0;
    header.compressed = (first & compressed_bit) != 0;

    if (bytes.size() < 2) return unfinished;
    const auto second = byte_at(bytes, 1);
    if ((second & 0x80U) == 0) return refused(unmasked);
    header.size = second & 0x7FU;
    if (is_control(header.opcode) && header.size > max_control_payload) return refused(long_control);

    const std::size_t length_bytes = header.size == 127 ? 8 : header.size == 126 ? 2 : 0;
    if (bytes.size() < 2 + length_bytes) return unfinished;
    if (length_bytes > 0) {
        header.size = big_endian(bytes.subspan(2, length_bytes));
        if (header.size <= (length_bytes == 2 ? 125U : 0xFFFFU)) return refused(bad_length);
        if (header.size >> 63U != 0) return refused(bad_length);
    }
    const std::size_t so_far = partial_ ? partial_->message.size() : 0;
    if (!is_control(header.opcode) && header.size > message_limit_ - so_far) return refused(too_big);

    const auto length = 2 + length_bytes + header.mask.size();
    if (bytes.size() < length) return unfinished;
    std::ranges::copy(bytes.subspan(2 + length_bytes, header.mask.size()), header.mask.begin());
    return {nullptr, length, header};
}

// Takes a header off `rest`, or keeps what there is of it.
const Violation* Decoder::read_header(std::span<char>& rest, std::optional<Header>& header) {
    const std::size_t kept = partial_ ? partial_->header_size : 0;
    std::span<const char> from = rest;
    if (kept > 0) {
        const auto more = rest.first(std::min(rest.size(), longest_header - kept));
        std::ranges::copy(more, partial_->header.begin() + static_cast<std::ptrdiff_t>(kept));
        from = std::span(partial_->header).first(kept + more.size());
    }
    const auto parsed = parse_header(from);
    if (parsed.violation != nullptr) return parsed.violation;
    if (parsed.length > 0) {
        if (partial_) partial_->header_size = 0;
        rest = rest.subspan(parsed.length - kept);
        header = parsed.header;
        return nullptr;
    }
    if (!partial_) partial_ = std::make_unique<Partial>();
    if (kept == 0) std::ranges::copy(from, partial_->header.begin());
    partial_->header_size = static_cast<std::uint8_t>(from.size());
    rest = {};
    return nullptr;
}

Decoder::Step Decoder::take_frame(std::span<char>& rest, Sink& sink) {
    std::optional<Header> header;
    if (const auto* violation = read_header(rest, header)) return {false, violation};
    if (!header) return {};

    const bool whole_message = header->fin && header->opcode != Opcode::continuation;
    if (whole_message && rest.size() >= header->size) {
        const auto payload = rest.first(static_cast<std::size_t>(header->size));
        rest = rest.subspan(payload.size());
        apply_mask(payload, header->mask, 0);
        if (!in_message()) partial_.reset();
        if (header->compressed) return deliver_inflated(header->opcode, payload, rest, sink);
        if (header->opcode == Opcode::text && !is_utf8(view(payload))) return {false, &bad_text};
        return deliver(header->opcode, payload, rest, sink);
    }
    if (!partial_) partial_ = std::make_unique<Partial>();
    partial_->frame = *header;
    partial_->in_payload = true;
    partial_->done = 0;
    if (header->opcode == Opcode::text || header->opcode == Opcode::binary) {
        partial_->message_opcode = header->opcode;
        partial_->compressed = header->compressed;
    }
    return take_payload(rest, sink);
}

Decoder::Step Decoder::take_payload(std::span<char>& rest, Sink& sink) {
    auto& frame = partial_->frame;
    const auto remaining = frame.size - partial_->done;
    const auto piece = rest.first(static_cast<std::size_t>(std::min<std::uint64_t>(remaining, rest.size())));
    rest = rest.subspan(piece.size());
    apply_mask(piece, frame.mask, partial_->done);
    partial_->done += piece.size();
    const bool complete = piece.size() == remaining;

    if (is_control(frame.opcode)) {
        append(partial_->control, piece, frame.size);
        return complete ? complete_control(rest, sink) : Step{};
    }
    // Compressed text is looked at when it is inflated.
    const bool is_text = partial_->message_opcode == Opcode::text && !partial_->compressed;
    if (is_text && !partial_->utf8.feed(view(piece))) return {false, &bad_text};
    const auto most = frame.fin ? partial_->message.size() + remaining : message_limit_;
    append(partial_->message, piece, most);
    if (!complete) return {};
    partial_->in_payload = false;
    if (!frame.fin) return {};
    if (is_text && !partial_->utf8.is_complete()) return {false, &bad_text};
    return complete_message(rest, sink);
}

// The payload moves out first: the sink may destroy this decoder.
Decoder::Step Decoder::complete_control(std::span<char>& rest, Sink& sink) {
    const auto payload = std::exchange(partial_->control, {});
    const auto opcode = partial_->frame.opcode;
    partial_->in_payload = false;
    if (!in_message()) partial_.reset();
    return deliver(opcode, payload, rest, sink);
}

Decoder::Step Decoder::complete_message(std::span<char>& rest, Sink& sink) {
    const auto complete = std::move(partial_);
    if (complete->compressed)
        return deliver_inflated(complete->message_opcode, complete->message, rest, sink);
    return deliver(complete->message_opcode, complete->message, rest, sink);
}

Decoder::Step Decoder::deliver_inflated(Opcode opcode, std::span<const char> compressed,
                                        std::span<char>& rest, Sink& sink) {
    std::string payload;
    switch (inflate(compressed, message_limit_, payload)) {
        case Inflated::too_big: return {false, &too_big};
        case Inflated::malformed: return {false, &bad_deflate};
        case Inflated::whole: break;
    }
    if (opcode == Opcode::text && !is_utf8(payload)) return {false, &bad_text};
    return deliver(opcode, payload, rest, sink);
}

Decoder::Step Decoder::deliver(Opcode opcode, std::span<const char> payload, std::span<char>& rest,
                               Sink& sink) {
    switch (opcode) {
        case Opcode::close: return deliver_close(view(payload), rest, sink);
        case Opcode::ping: return {sink.on_ping(view(payload)), nullptr};
        case Opcode::pong: return {sink.on_pong(view(payload)), nullptr};
        default: return {sink.on_message(opcode, view(payload)), nullptr};
    }
}

Decoder::Step Decoder::deliver_close(std::string_view payload, std::span<char>& rest, Sink& sink) {
    std::optional<CloseCode> code;
    if (payload.size() == 1) return {false, &bad_close};
    if (payload.size() >= 2) {
        const auto number = static_cast<std::uint16_t>(big_endian(payload.substr(0, 2)));
        if (!may_be_received(number)) return {false, &bad_close};
        payload.remove_prefix(2);
        if (!is_utf8(payload)) return {false, &bad_reason};
        code = static_cast<CloseCode>(number);
    }
    rest = {};  // nothing counts after a close frame
    end();
    sink.on_close(code, payload);
    return {false, nullptr};
}

}  // namespace roost::ws
