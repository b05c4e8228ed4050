// The masking of RFC 6455, section 5.3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace roost::ws {

using Mask = std::array<char, 4>;

// Masks or unmasks in place, eight bytes at a time. `offset`: the place of the first byte in its frame's
// payload.
void apply_mask(std::span<char> bytes, const Mask& mask, std::uint64_t offset) noexcept;

}  // namespace roost::ws
