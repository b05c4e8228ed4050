// The receiving side of RFC 6455 for a client, without I/O: what a server sends is never masked, so a frame
// that lies whole in the bytes is handed on as a view into them, and nothing is copied.
#pragma once

#include "ws/frame.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace roost::bench {

// One connection's reader. A frame that is not complete when the bytes end is kept until it is.
class FrameReader {
public:
    static constexpr std::uint64_t frame_limit = 64U << 20U;  // bytes: more is no server's intention

    // Calls `on_frame(ws::Opcode, std::string_view payload)` for each message and control frame, in order; a
    // view is good during the call. Stops when that gives false. A text that says what the server did wrong,
    // or nothing.
    template <class F>
    std::string_view feed(std::span<const char> bytes, F on_frame) {
        if (!held_.empty() && !complete_held(bytes)) return {};
        if (!held_.empty()) {
            const auto frame = std::move(held_);
            held_.clear();
            const auto header = parse(frame);
            if (header.fault != nullptr) return header.fault;
            if (!take(header, frame, on_frame)) return fault_;
        }
        while (true) {
            const auto header = parse(bytes);
            if (header.fault != nullptr) return header.fault;
            if (header.size == 0 || bytes.size() < header.frame_size()) break;
            if (!take(header, bytes, on_frame)) return fault_;
            bytes = bytes.subspan(header.frame_size());
        }
        if (!bytes.empty()) held_.assign(bytes.begin(), bytes.end());
        return {};
    }

private:
    struct Header {
        std::size_t size = 0;  // 0: not all of it is there
        std::size_t payload_size = 0;
        ws::Opcode opcode = ws::Opcode::text;
        bool is_final = true;
        const char* fault = nullptr;

        [[nodiscard]] std::size_t frame_size() const noexcept { return size + payload_size; }
    };

    static Header parse(std::span<const char> bytes) noexcept;
    bool complete_held(std::span<const char>& bytes);

    template <class F>
    bool take(const Header& header, std::span<const char> frame, F& on_frame) {
        const std::string_view payload(frame.data() + header.size, header.payload_size);
        if (header.is_final && (ws::is_control(header.opcode) || is_alone(header))) [[likely]]
            return on_frame(header.opcode, payload);
        if (!take_fragment(header, payload)) return false;
        if (!header.is_final) return true;
        const auto message = std::exchange(fragments_, {});
        return on_frame(std::exchange(message_opcode_, ws::Opcode::continuation), message);
    }
    [[nodiscard]] bool is_alone(const Header& header) const noexcept {
        return header.opcode != ws::Opcode::continuation && message_opcode_ == ws::Opcode::continuation;
    }
    bool take_fragment(const Header& header, std::string_view payload);

    std::string held_;                                      // the beginning of a frame
    std::string fragments_;                                 // of a message
    ws::Opcode message_opcode_ = ws::Opcode::continuation;  // that: no message has begun
    std::string_view fault_;
};

}  // namespace roost::bench
