#include "core/frame_pool.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <set>
#include <vector>

namespace roost {
TEST_CASE("a frame that ends leaves its block for the next of about its size, and for no larger one") {
    FramePool pool;
    void* const first = pool.take(100);
    std::memset(first, 'x', 128);
    pool.give(first, 100);
    CHECK(pool.kept() == 128);
    void* const larger = pool.take(129);
    CHECK(larger != first);
    CHECK(pool.take(128) == first);
    CHECK(pool.kept() == 0);
    pool.give(first, 128);
    pool.give(larger, 129);
    pool.shrink();
    CHECK(pool.kept() == 0);
}

TEST_CASE("frames that live at the same time have blocks of their own") {
    FramePool pool;
    for (int round = 0; round < 2; ++round) {
        std::set<void*> blocks;
        for (int i = 0; i < 500; ++i) blocks.insert(pool.take(300));
        CHECK(blocks.size() == 500);
        for (void* const block : blocks) pool.give(block, 300);
    }
    pool.shrink();
    CHECK(pool.kept() == 0);
}

TEST_CASE("what is kept is bounded, and large frames are not kept") {
    FramePool pool;
    pool.give(pool.take(FramePool::largest + 1), FramePool::largest + 1);
    CHECK(pool.kept() == 0);
    std::vector<void*> blocks(FramePool::most_kept / FramePool::largest + 10);
    for (auto& block : blocks) block = pool.take(FramePool::largest);
    for (void* const block : blocks) pool.give(block, FramePool::largest);
    CHECK(pool.kept() == FramePool::most_kept);
    pool.shrink();
    CHECK(pool.kept() == 0);
}

}  // namespace roost
