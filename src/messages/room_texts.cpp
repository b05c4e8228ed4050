#include "messages/room_texts.hpp"

#include <algorithm>

namespace roost::messages {
namespace {

// A room of few messages takes little, and most of a room goes in steps that are small beside it.
constexpr std::size_t part_of_all = 4;
constexpr std::size_t smallest_chunk = 512;
constexpr std::size_t largest_chunk = 16'384;

}  // namespace

RoomTexts::Place RoomTexts::add(std::string_view text) {
    if (text.empty()) return {};
    if (!has_room_for(text)) open_chunk(text.size());
    auto& chunk = chunks_[open_];
    const Place place{.chunk = static_cast<std::uint32_t>(open_),
                      .offset = static_cast<std::uint32_t>(chunk.used),
                      .size = static_cast<std::uint32_t>(text.size())};
    std::ranges::copy(text, chunk.bytes.begin() + place.offset);
    chunk.used += text.size();
    ++chunk.texts;
    return place;
}

std::string_view RoomTexts::view(Place place) const {
    if (place.empty()) return {};
    return {chunks_[place.chunk].bytes.data() + place.offset, place.size};
}

void RoomTexts::remove(Place place) {
    if (place.empty()) return;
    auto& chunk = chunks_[place.chunk];
    if (--chunk.texts > 0) return;
    bytes_ -= chunk.bytes.size();
    chunk = {};
}

bool RoomTexts::has_room_for(std::string_view text) const {
    if (chunks_.empty()) return false;
    const auto& chunk = chunks_[open_];
    return chunk.bytes.size() - chunk.used >= text.size();
}

void RoomTexts::open_chunk(std::size_t least_bytes) {
    const auto free = std::ranges::find_if(chunks_, [](const Chunk& chunk) { return chunk.bytes.empty(); });
    open_ = static_cast<std::size_t>(free - chunks_.begin());
    if (free == chunks_.end()) chunks_.emplace_back();
    const auto size = std::max(least_bytes, std::clamp(bytes_ / part_of_all, smallest_chunk, largest_chunk));
    chunks_[open_].bytes.resize(size);
    bytes_ += size;
}

}  // namespace roost::messages
