// Memory for the frames of coroutines: a frame that ends leaves its block for the next one of about its size
// on the same thread. Frames are most of what a request or an event allocates, in rows of a few hundred at
// once, more than the heap's own cache of a thread keeps.
#pragma once

#include <array>
#include <cstddef>

namespace roost {

// Blocks of one thread. What is free is not freed with the pool: frames may go after it, and a thread that
// runs coroutines lives as long as the process.
class FramePool {
public:
    static constexpr std::size_t largest = 2'048;       // bytes; what is larger is the heap's
    static constexpr std::size_t most_kept = 1U << 20;  // bytes that are free

    // Memory as `operator new` gives it, for `bytes` bytes.
    void* take(std::size_t bytes);
    // What a pool gave for as many bytes: this one or another thread's.
    void give(void* block, std::size_t bytes) noexcept;

    // Frees what is free.
    void shrink() noexcept;

    [[nodiscard]] std::size_t kept() const noexcept { return kept_; }

private:
    static constexpr std::size_t step = 64;

    struct Free {
        Free* next;
    };
    static constexpr std::size_t steps_of(std::size_t bytes) { return (bytes + step - 1) / step; }

    std::array<Free*, largest / step> free_{};  // by size, in steps
    std::size_t kept_ = 0;
};

// The pool of this thread.
FramePool& frame_pool() noexcept;

// What is derived from it comes from the thread's pool; with a sanitizer, which is to see each frame come and
// go, from the heap.
struct PooledFrame {
    static void* operator new(std::size_t bytes);
    static void operator delete(void* frame, std::size_t bytes) noexcept;
};

}  // namespace roost
