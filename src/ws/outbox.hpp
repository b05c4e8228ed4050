// The frames that wait to be written to one connection, oldest first. Bounded in bytes by its owner; 24 bytes
// and nothing on the heap while empty.
#pragma once

#include "core/shared_bytes.hpp"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace roost::ws {

class Outbox {
public:
    // At most 4 GiB in all.
    void add(SharedBytesPtr frame);
    // Bytes not yet written.
    [[nodiscard]] std::uint32_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
    // Lets go of all that is not begun: a frame that is partly written stays, so that the stream stays whole.
    void drop_unsent();

    enum class Outcome { drained, would_block, failed };
    // Writes as much as the socket takes, many frames in one call.
    Outcome write_to(int descriptor);

private:
    // The frames behind the first: those before `head` are gone already.
    struct Rest {
        std::vector<SharedBytesPtr> frames;
        std::size_t head = 0;
    };
    [[nodiscard]] ssize_t write_first(int descriptor) const;
    [[nodiscard]] ssize_t write_many(int descriptor) const;
    void advance(std::size_t written);
    void take_next();

    SharedBytesPtr first_;
    std::unique_ptr<Rest> rest_;
    std::uint32_t bytes_ = 0;
    std::uint32_t written_of_first_ = 0;
};

static_assert(sizeof(Outbox) <= 24);

}  // namespace roost::ws
