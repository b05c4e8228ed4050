// A hint to the processor for loops over objects that are not in its cache: one cache miss each is most of
// what such a loop costs.
#pragma once

#include <cstddef>

namespace roost {

// Begins to load the first `bytes` of an object; `object` need not be readable.
template <std::size_t bytes>
inline void prefetch(const void* object) noexcept {
    constexpr std::size_t cache_line = 64;
    for (std::size_t at = 0; at < bytes; at += cache_line)
        __builtin_prefetch(static_cast<const char*>(object) + at);
}

}  // namespace roost
