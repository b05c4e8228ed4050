#include "http/read_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace roost::http {
namespace {

// A body that streams in needs no larger reads than this.
constexpr std::size_t streaming_capacity = 32 * 1024;

}  // namespace

std::span<char> ReadBuffer::room() {
    if (capacity_ == 0 || (was_filled_up_ && capacity_ < streaming_capacity)) grow();
    if (begin_ > 0) {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == capacity_) grow();
    was_filled_up_ = false;
    return {bytes_.get() + end_, capacity_ - end_};
}

void ReadBuffer::filled(std::size_t bytes) noexcept {
    assert(bytes <= capacity_ - end_);
    end_ += bytes;
    was_filled_up_ = end_ == capacity_;
}

void ReadBuffer::consume(std::size_t bytes) noexcept {
    assert(bytes <= end_ - begin_);
    begin_ += bytes;
}

void ReadBuffer::shrink() {
    assert(empty());
    begin_ = end_ = 0;
    was_filled_up_ = false;
    if (capacity_ <= first_capacity) return;
    bytes_.reset();
    capacity_ = 0;
}

void ReadBuffer::grow() {
    const auto capacity = std::max(first_capacity, capacity_ * 2);
    // Not make_unique: what is not read yet need not be cleared.
    std::unique_ptr<char[]> bytes(new char[capacity]);
    const auto size = end_ - begin_;
    if (size > 0) std::memcpy(bytes.get(), bytes_.get() + begin_, size);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
    begin_ = 0;
    end_ = size;
}

}  // namespace roost::http
