// Compressed messages as clients send them (RFC 7692, section 7.2.2), each for itself.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace roost::ws {

enum class Inflated {
    whole,
    too_big,    // more than the most that is wanted; the rest was not looked at
    malformed,  // no DEFLATE, one that ends within a block, or something behind its end
};

// Appends to `message`, which is empty, what `compressed` inflates to, at most `most` bytes: however large
// the message would become, no more is made than that and one byte. What stands in `message` is of no use
// unless it is whole. Each thread keeps 40 KiB for it from the first call on.
Inflated inflate(std::span<const char> compressed, std::size_t most, std::string& message);

}  // namespace roost::ws
