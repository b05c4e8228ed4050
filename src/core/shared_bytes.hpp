// Bytes that are made once and then only read, by any number of owners on any core: a frame on its way to
// many connections.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

namespace roost {

class SharedBytes;
using SharedBytesPtr = boost::intrusive_ptr<const SharedBytes>;

// One block of the heap: the bytes follow the object. Freed by whoever lets go of it last.
class SharedBytes {
public:
    SharedBytes(const SharedBytes&) = delete;
    SharedBytes& operator=(const SharedBytes&) = delete;

    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(this + 1), size_};
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    friend SharedBytesPtr share(std::string_view bytes, std::string_view more);
    friend void intrusive_ptr_add_ref(const SharedBytes* bytes) noexcept {
        bytes->owners_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(const SharedBytes* bytes) noexcept {
        if (bytes->owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        bytes->~SharedBytes();
        ::operator delete(const_cast<SharedBytes*>(bytes));
    }

    SharedBytes(std::string_view bytes, std::string_view more) noexcept : size_(bytes.size() + more.size()) {
        std::ranges::copy(more, std::ranges::copy(bytes, reinterpret_cast<char*>(this + 1)).out);
    }
    ~SharedBytes() = default;

    std::size_t size_;
    mutable std::atomic<std::uint32_t> owners_{0};
};

// A copy of them, the one behind the other.
inline SharedBytesPtr share(std::string_view bytes, std::string_view more = {}) {
    void* block = ::operator new(sizeof(SharedBytes) + bytes.size() + more.size());
    return SharedBytesPtr(new (block) SharedBytes(bytes, more));
}

}  // namespace roost
