#include "ws/mask.hpp"

#include <cstring>

namespace roost::ws {

void apply_mask(std::span<char> bytes, const Mask& mask, std::uint64_t offset) noexcept {
    std::array<char, 8> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) & 3U];
    std::uint64_t key = 0;
    std::memcpy(&key, turned.data(), sizeof key);

    std::size_t at = 0;
    for (; at + sizeof key <= bytes.size(); at += sizeof key) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        word ^= key;
        std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    for (std::size_t i = 0; at < bytes.size(); ++at, ++i) {
        bytes[at] = static_cast<char>(bytes[at] ^ turned[i]);
    }
}

}  // namespace roost::ws
