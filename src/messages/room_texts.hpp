// The texts that are remembered of one room, in few large chunks: they come and go in about the same order,
// so a chunk is written from front to back and given back whole, and the heap does not mix them with what
// lives for one event. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace roost::messages {

class RoomTexts {
public:
    // Where a text is; of no text when it is empty.
    struct Place {
        std::uint32_t chunk = 0;
        std::uint32_t offset = 0;
        std::uint32_t size = 0;

        [[nodiscard]] bool empty() const noexcept { return size == 0; }
    };

    // A copy of the text, of at most 4 GiB.
    Place add(std::string_view text);
    // Valid until the next call of add() or remove().
    [[nodiscard]] std::string_view view(Place place) const;
    // The place must not be used again.
    void remove(Place place);

    // Of the chunks, whether they are full or have holes.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    struct Chunk {
        std::vector<char> bytes;
        std::size_t used = 0;
        std::size_t texts = 0;
    };

    [[nodiscard]] bool has_room_for(std::string_view text) const;
    void open_chunk(std::size_t least_bytes);

    std::vector<Chunk> chunks_;  // those without bytes are free
    std::size_t open_ = 0;       // the one that is written
    std::size_t bytes_ = 0;
};

}  // namespace roost::messages
