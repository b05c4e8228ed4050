#include "bench/frame_reader.hpp"

namespace roost::bench {

FrameReader::Header FrameReader::parse(std::span<const char> bytes) noexcept {
    Header header;
    if (bytes.size() < 2) return header;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at]));
    };
    header.opcode = static_cast<ws::Opcode>(byte(0) & 0x0FU);
    header.is_final = (byte(0) & 0x80U) != 0;
    if ((byte(0) & 0x70U) != 0) header.fault = "a frame with reserved bits";
    if ((byte(1) & 0x80U) != 0) header.fault = "a masked frame";
    auto length = byte(1) & 0x7FU;
    const std::size_t size = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (bytes.size() < size) return header;
    if (size > 2) length = 0;
    for (std::size_t at = 2; at < size; ++at) length = length << 8U | byte(at);
    if (length > frame_limit) header.fault = "a frame of more than 64 MiB";
    header.size = size;
    header.payload_size = length;
    return header;
}

// Moves bytes behind what is held, no more than belong to its frame. False when that is not complete yet.
bool FrameReader::complete_held(std::span<const char>& bytes) {
    while (true) {
        const auto header = parse(held_);
        if (header.fault != nullptr) return true;
        const auto wanted = header.size == 0 ? held_.size() + 1 : header.frame_size();
        const auto taken = std::min(wanted - held_.size(), bytes.size());
        held_.append(bytes.data(), taken);
        bytes = bytes.subspan(taken);
        if (header.size != 0) return held_.size() == wanted;
        if (taken == 0) return false;
    }
}

bool FrameReader::take_fragment(const Header& header, std::string_view payload) {
    const bool continues = header.opcode == ws::Opcode::continuation;
    if (ws::is_control(header.opcode)) fault_ = "a fragmented control frame";
    else if (continues == (message_opcode_ == ws::Opcode::continuation)) fault_ = "fragments out of order";
    else if (fragments_.size() + payload.size() > frame_limit) fault_ = "a message of more than 64 MiB";
    if (!fault_.empty()) return false;
    if (!continues) message_opcode_ = header.opcode;
    fragments_ += payload;
    return true;
}

}  // namespace roost::bench
