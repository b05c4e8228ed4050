#include "core/ids.hpp"

#include <fmt/format.h>

#include <charconv>

namespace roost {
namespace {

std::optional<std::int64_t> positive(std::string_view text) {
    constexpr std::size_t most_digits = 15;
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < 1 || text.front() == '0' || text.size() > most_digits)
        return std::nullopt;
    return value;
}

}  // namespace

std::string MessageId::str() const {
    return fmt::format("{}-{}", room.value(), seq);
}

std::optional<MessageId> MessageId::parse(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto room = positive(text.substr(0, dash));
    const auto seq = positive(text.substr(dash + 1));
    if (!room || !seq) return std::nullopt;
    return MessageId{RoomId{*room}, *seq};
}

}  // namespace roost
