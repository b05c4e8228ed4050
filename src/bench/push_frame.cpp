#include "bench/push_frame.hpp"

#include "ws/frame.hpp"

#include <array>

namespace roost::bench {

std::string client_frame(std::string_view payload, const ws::Mask& mask) {
    std::string frame;
    ws::append_header(frame, ws::Opcode::text, payload.size());
    frame[1] = static_cast<char>(static_cast<unsigned char>(frame[1]) | 0x80U);
    frame.append(mask.data(), mask.size());
    const auto begin = frame.size();
    frame += payload;
    ws::apply_mask(std::span(frame).subspan(begin), mask, 0);
    return frame;
}

PushFrame::PushFrame(std::string_view payload, const NumberedText& texts, std::optional<ws::Mask> mask) {
    if (mask) {
        mask_ = *mask;
        bytes_ = client_frame(payload, mask_);
    } else {
        ws::append_frame(bytes_, ws::Opcode::text, payload);
    }
    header_size_ = bytes_.size() - payload.size();
    const auto ref = '"' + std::string(ref_digits, '0') + '"';
    for (auto at = payload.find(ref); at != std::string_view::npos; at = payload.find(ref, at + 1))
        places_.push_back(at + 1);
    const auto marker = texts.marker();
    for (auto at = payload.find(marker); at != std::string_view::npos; at = payload.find(marker, at + 1))
        places_.push_back(at + NumberedText::number_offset);
}

std::string_view PushFrame::number(std::uint32_t message) noexcept {
    std::array<char, NumberedText::number_digits> digits{};
    write_digits(digits.data(), digits.size(), message);
    for (const auto place : places_)
        for (std::size_t i = 0; i < digits.size(); ++i)
            bytes_[header_size_ + place + i] = static_cast<char>(digits[i] ^ mask_[(place + i) & 3U]);
    return bytes_;
}

}  // namespace roost::bench
