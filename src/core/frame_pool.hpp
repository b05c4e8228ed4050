// Memory for the frames of coroutines: a frame that ends leaves its block for the next one of about its size
// on the same thread. Frames are most of what a request or an event allocates, in rows of a few hundred at
// once, more than the heap's own cache of a thread keeps.
#pragma once

#include <cstddef>

namespace roost {

class FramePool {
public:
    // Memory as `operator new` gives it, for `bytes` bytes.
    static void* take(std::size_t bytes);
    // What take(bytes) gave, on whichever thread.
    static void give(void* block, std::size_t bytes) noexcept;
};

}  // namespace roost
