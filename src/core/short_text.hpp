// A text in 16 bytes: up to 15 bytes of it inside, more on the heap. For what there is one of for every
// connection, and which is nearly always a few characters.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace roost {

// At most 4 GiB; not changed once it is made, but for being replaced by another.
class ShortText {
public:
    ShortText() noexcept = default;
    explicit ShortText(std::string_view text) {
        if (text.size() <= inside) {
            text.copy(bytes_.data(), text.size());
            size_ = static_cast<std::uint8_t>(text.size());
            return;
        }
        auto* const heap = new char[text.size()];
        text.copy(heap, text.size());
        put(heap, static_cast<std::uint32_t>(text.size()));
    }
    ShortText(ShortText&& other) noexcept
        : bytes_(other.bytes_), size_(std::exchange(other.size_, std::uint8_t{0})) {}
    ShortText& operator=(ShortText&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~ShortText() {
        if (size_ == on_heap) delete[] heap().data();
    }

    [[nodiscard]] std::string_view view() const noexcept {
        return size_ == on_heap ? heap() : std::string_view(bytes_.data(), size_);
    }

private:
    static constexpr std::size_t inside = 15;
    static constexpr std::uint8_t on_heap = 0xFF;

    void put(const char* text, std::uint32_t size) noexcept {
        std::memcpy(bytes_.data(), static_cast<const void*>(&text), sizeof text);
        std::memcpy(bytes_.data() + sizeof text, &size, sizeof size);
        size_ = on_heap;
    }
    [[nodiscard]] std::string_view heap() const noexcept {
        const char* text = nullptr;
        std::uint32_t size = 0;
        std::memcpy(static_cast<void*>(&text), bytes_.data(), sizeof text);
        std::memcpy(&size, bytes_.data() + sizeof text, sizeof size);
        return {text, size};
    }

    alignas(void*) std::array<char, inside> bytes_{};
    std::uint8_t size_ = 0;
};

static_assert(sizeof(ShortText) == 16);

}  // namespace roost
