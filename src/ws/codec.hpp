// The receiving side of RFC 6455 for a server, without I/O: bytes in, messages and control frames out.
//
// A core reads into one buffer that all its connections share and feeds what came to the connection's
// decoder. A message that lies whole in that buffer is handed on as a view into it, unmasked in place: no
// copy, no allocation. Only what is incomplete when the bytes end is kept, on the heap, until it is complete.
// Where permessage-deflate (RFC 7692) was agreed, a compressed message is kept as it came and inflated at its
// end; one that does not inflate ends the connection with 1007.
#pragma once

#include "ws/close_code.hpp"
#include "ws/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace roost::ws {

// What a decoder tells, in the order of the wire. A payload is valid during the call only. `false` stops the
// decoder behind this frame. A call that returns false, and `on_close`, may destroy the decoder.
// An object made for the length of one `feed` will do: a connection need not carry its table of functions.
class Sink {
public:
    virtual ~Sink() = default;

    // `opcode` is text (then `payload` is valid UTF-8) or binary; fragments are joined.
    virtual bool on_message(Opcode opcode, std::string_view payload) = 0;
    virtual bool on_ping(std::string_view payload) = 0;
    virtual bool on_pong(std::string_view payload) = 0;
    // The client's close frame, the last event: a code, if there is one, that may be echoed.
    virtual void on_close(std::optional<CloseCode> code, std::string_view reason) = 0;
};

// Whether the handshake agreed on permessage-deflate: only then may a client compress.
enum class Deflate : std::uint8_t { none, agreed };

// One connection's decoder, owned by the connection and used on its core. At rest it is 16 bytes and owns
// nothing. It holds at most the message limit plus one control frame, and never more than twice what has
// arrived: an announced length reserves nothing.
class Decoder {
public:
    static constexpr std::uint32_t default_message_limit = 1U << 20;  // bytes

    // `message_limit`: bytes of a message's payload, over all its fragments; of a compressed one as it comes
    // and as it inflates to.
    explicit Decoder(std::uint32_t message_limit = default_message_limit,
                     Deflate deflate = Deflate::none) noexcept;
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    struct Fed {
        // Bytes done with. Less than were fed only after the sink said stop: feed the rest, unchanged, later.
        std::size_t consumed = 0;
        // The client broke the protocol or a limit: close the connection so. Told once.
        std::optional<Violation> violation;
    };

    // Decodes as far as the bytes and the sink go. Changes `bytes` up to `consumed`. After a close frame or a
    // violation whatever comes is dropped.
    Fed feed(std::span<char> bytes, Sink& sink);

    // After a close frame or a violation.
    [[nodiscard]] bool has_ended() const noexcept { return ended_; }

    // Bytes held on the heap for an incomplete frame or message; 0 at rest.
    [[nodiscard]] std::size_t held_bytes() const noexcept;

private:
    struct Header;
    struct Parsed;
    struct Partial;
    struct Step;

    [[nodiscard]] bool in_message() const noexcept;
    [[nodiscard]] Parsed parse_header(std::span<const char> bytes) const;
    const Violation* read_header(std::span<char>& rest, std::optional<Header>& header);
    Step take_frame(std::span<char>& rest, Sink& sink);
    Step take_payload(std::span<char>& rest, Sink& sink);
    Step complete_control(std::span<char>& rest, Sink& sink);
    Step complete_message(std::span<char>& rest, Sink& sink);
    Step deliver_inflated(Opcode opcode, std::span<const char> compressed, std::span<char>& rest, Sink& sink);
    Step deliver(Opcode opcode, std::span<const char> payload, std::span<char>& rest, Sink& sink);
    Step deliver_close(std::string_view payload, std::span<char>& rest, Sink& sink);
    void end() noexcept;

    std::unique_ptr<Partial> partial_;
    std::uint32_t message_limit_;
    Deflate deflate_;
    bool ended_ = false;
};

static_assert(sizeof(Decoder) <= 16);

}  // namespace roost::ws
