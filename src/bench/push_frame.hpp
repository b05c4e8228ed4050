// The bytes of a publisher's messages: made once, with other digits in them for each message.
#pragma once

#include "bench/numbered_text.hpp"
#include "ws/mask.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::bench {

// A text frame as a client sends it: masked.
std::string client_frame(std::string_view payload, const ws::Mask& mask);

class PushFrame {
public:
    // `payload` holds numbered texts of this publisher's message 0; wherever `ref` stands in it, a ref of
    // `ref_digits` zeros, it becomes the number too. Masked for a server, or without a mask as a server sends
    // it.
    PushFrame(std::string_view payload, const NumberedText& texts, std::optional<ws::Mask> mask);

    // `"000000007"` is the ref of message 7.
    static constexpr std::size_t ref_digits = NumberedText::number_digits;

    // The frame of this message, good until the next call.
    std::string_view number(std::uint32_t message) noexcept;

private:
    std::string bytes_;
    std::vector<std::size_t> places_;  // of the digits
    ws::Mask mask_{};
    std::size_t header_size_ = 0;
};

}  // namespace roost::bench
