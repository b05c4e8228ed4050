#include "core/frame_pool.hpp"

#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROOST_FRAMES_ARE_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ROOST_FRAMES_ARE_WATCHED
#endif
#endif

namespace roost {

void* FramePool::take(std::size_t bytes) {
    if (bytes == 0 || bytes > largest) return ::operator new(bytes);
    const auto steps = steps_of(bytes);
    auto*& first = free_[steps - 1];
    if (first == nullptr) return ::operator new(steps * step);
    auto* const block = first;
    first = block->next;
    kept_ -= steps * step;
    return block;
}

void FramePool::give(void* block, std::size_t bytes) noexcept {
    const auto size = steps_of(bytes) * step;
    if (bytes == 0 || bytes > largest || kept_ + size > most_kept) {
        ::operator delete(block);
        return;
    }
    auto*& first = free_[size / step - 1];
    first = new (block) Free{first};
    kept_ += size;
}

void FramePool::shrink() noexcept {
    for (auto*& first : free_) {
        while (first != nullptr) {
            auto* const block = first;
            first = block->next;
            ::operator delete(block);
        }
    }
    kept_ = 0;
}

FramePool& frame_pool() noexcept {
    static constinit thread_local FramePool pool;
    return pool;
}

#ifdef ROOST_FRAMES_ARE_WATCHED

void* PooledFrame::operator new(std::size_t bytes) {
    return ::operator new(bytes);
}
void PooledFrame::operator delete(void* frame, std::size_t) noexcept {
    ::operator delete(frame);
}

#else

void* PooledFrame::operator new(std::size_t bytes) {
    return frame_pool().take(bytes);
}
void PooledFrame::operator delete(void* frame, std::size_t bytes) noexcept {
    frame_pool().give(frame, bytes);
}

#endif

}  // namespace roost
