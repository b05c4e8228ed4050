// The messages of one publisher that are on their way.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace roost::bench {

// By number, from the oldest that somebody still waits for to the newest sent; a ring that grows.
class InFlight {
public:
    struct Message {
        std::int64_t sent_ns = 0;     // when it was sent, or should have been
        std::uint32_t receivers = 0;  // who do not have it yet
        bool awaits_reply = false;

        [[nodiscard]] bool is_over() const noexcept { return receivers == 0 && !awaits_reply; }
    };

    // How many were sent: the number of the next.
    [[nodiscard]] std::uint32_t sent() const noexcept { return next_; }
    [[nodiscard]] std::uint32_t size() const noexcept { return next_ - first_; }

    void add(const Message& message) {
        if (size() == ring_.size()) grow();
        ring_[next_++ & (ring_.size() - 1)] = message;
    }
    // Null when all is over with that one, or it was not sent.
    Message* find(std::uint32_t number) noexcept {
        if (number - first_ >= size()) return nullptr;
        return &ring_[number & (ring_.size() - 1)];
    }
    // After a change of a message: forgets those at the beginning that are over.
    void settle() noexcept {
        while (first_ != next_ && ring_[first_ & (ring_.size() - 1)].is_over()) ++first_;
    }

private:
    void grow() {
        std::vector<Message> larger(ring_.size() * 2);
        for (auto number = first_; number != next_; ++number)
            larger[number & (larger.size() - 1)] = ring_[number & (ring_.size() - 1)];
        ring_ = std::move(larger);
    }

    std::vector<Message> ring_ = std::vector<Message>(4);  // the size is a power of two
    std::uint32_t first_ = 0;
    std::uint32_t next_ = 0;
};

}  // namespace roost::bench
