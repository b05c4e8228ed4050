// Ids are types: a UserId is not a RoomId and neither is a number.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace roost {

template <class Tag>
class Id {
public:
    constexpr Id() = default;
    constexpr explicit Id(std::int64_t value) : value_(value) {}
    [[nodiscard]] constexpr std::int64_t value() const noexcept { return value_; }
    auto operator<=>(const Id&) const = default;

private:
    std::int64_t value_ = 0;
};

using UserId = Id<struct UserTag>;
using RoomId = Id<struct RoomTag>;

// A place in a room's log: 1, 2, 3 … without holes. 0 is "before the first".
using Seq = std::int64_t;

// Public as "<room_id>-<seq>".
struct MessageId {
    RoomId room;
    Seq seq = 0;

    // What parse() accepts, as ECMA-262 has it.
    static constexpr std::string_view pattern = "^[1-9][0-9]{0,14}-[1-9][0-9]{0,14}$";

    auto operator<=>(const MessageId&) const = default;
    [[nodiscard]] std::string str() const;
    // Nothing unless `text` is two positive decimal numbers of at most 15 digits without
    // leading zeros, joined by a dash.
    static std::optional<MessageId> parse(std::string_view text);
};

}  // namespace roost

template <class Tag>
struct std::hash<roost::Id<Tag>> {
    std::size_t operator()(roost::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value()); }
};
