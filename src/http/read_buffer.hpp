// The received bytes of one connection that are not consumed yet, in one piece. Grows only where a reader
// fills it, and shrinks back when nothing is in it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace roost::http {

class ReadBuffer {
public:
    static constexpr std::size_t first_capacity = 4 * 1024;

    [[nodiscard]] std::span<const char> unread() const noexcept {
        return {bytes_.get() + begin_, end_ - begin_};
    }
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }

    // At least one byte to read into; valid until the next call here. Invalidates unread().
    std::span<char> room();
    // `bytes` of the room were filled.
    void filled(std::size_t bytes) noexcept;
    void consume(std::size_t bytes) noexcept;
    // Gives memory beyond the first capacity back; only while empty.
    void shrink();

private:
    void grow();

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool was_filled_up_ = false;  // the last read took all the room: more waits
};

}  // namespace roost::http
