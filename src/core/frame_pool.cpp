#include "core/frame_pool.hpp"

#include <array>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROOST_FRAMES_ARE_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ROOST_FRAMES_ARE_WATCHED
#endif
#endif

namespace roost {

#ifdef ROOST_FRAMES_ARE_WATCHED

// A sanitizer is to see each frame come and go.
void* FramePool::take(std::size_t bytes) {
    return ::operator new(bytes);
}
void FramePool::give(void* block, std::size_t) noexcept {
    ::operator delete(block);
}

#else

namespace {

constexpr std::size_t step = 64;
constexpr std::size_t largest = 2'048;
constexpr std::size_t most_kept = 1U << 20;  // bytes for each thread

struct Free {
    Free* next;
};

// Not destroyed at a thread's end: frames may go after it. Threads that run coroutines live as long as the
// process.
struct Kept {
    std::array<Free*, largest / step> blocks;  // by size, in steps
    std::size_t bytes;
};
constinit thread_local Kept kept{};

constexpr std::size_t steps_of(std::size_t bytes) {
    return (bytes + step - 1) / step;
}

}  // namespace

void* FramePool::take(std::size_t bytes) {
    const auto steps = steps_of(bytes);
    if (steps > kept.blocks.size()) return ::operator new(bytes);
    auto*& first = kept.blocks[steps - 1];
    if (first == nullptr) return ::operator new(steps * step);
    kept.bytes -= steps * step;
    auto* const block = first;
    first = block->next;
    return block;
}

void FramePool::give(void* block, std::size_t bytes) noexcept {
    const auto steps = steps_of(bytes);
    if (steps > kept.blocks.size() || kept.bytes + steps * step > most_kept) {
        ::operator delete(block);
        return;
    }
    kept.bytes += steps * step;
    auto*& first = kept.blocks[steps - 1];
    first = new (block) Free{first};
}

#endif

}  // namespace roost
