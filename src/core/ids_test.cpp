#include "core/ids.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <unordered_set>

namespace roost {

static_assert(!std::is_convertible_v<UserId, RoomId>);
static_assert(!std::is_constructible_v<UserId, RoomId>);
static_assert(!std::is_convertible_v<std::int64_t, UserId>);
static_assert(!std::is_convertible_v<UserId, std::int64_t>);

TEST_CASE("a message id reads back as it was written") {
    const MessageId id{RoomId{12}, 345};
    CHECK(id.str() == "12-345");
    CHECK(MessageId::parse("12-345") == id);
    const MessageId longest{RoomId{999'999'999'999'999}, 999'999'999'999'999};
    CHECK(longest.str() == "999999999999999-999999999999999");
    CHECK(MessageId::parse(longest.str()) == longest);
    CHECK_FALSE(MessageId::parse("1000000000000000-1").has_value());
    CHECK_FALSE(MessageId::parse("1-1000000000000000").has_value());
}

TEST_CASE("what is not two positive numbers without leading zeros, joined by a dash, is no message id") {
    for (const std::string_view text : {"",
                                        "-",
                                        "1",
                                        "1-",
                                        "-1",
                                        "--1",
                                        "1--1",
                                        "0-1",
                                        "1-0",
                                        "01-1",
                                        "1-01",
                                        "+1-1",
                                        "1-+1",
                                        " 1-1",
                                        "1-1 ",
                                        "1 -1",
                                        "1-1-1",
                                        "1-1x",
                                        "x1-1",
                                        "0x1-1",
                                        "1.0-1",
                                        "1_1",
                                        "1-1\n",
                                        "9223372036854775808-1",
                                        "1-9223372036854775808",
                                        "1-99999999999999999999999999",
                                        "\xd9\xa1-1"}) {
        CAPTURE(text);
        CHECK_FALSE(MessageId::parse(text).has_value());
    }
    CHECK_FALSE(MessageId::parse(std::string_view("1-1\0", 4)).has_value());
    CHECK_FALSE(MessageId::parse(std::string_view("1-1", 2)).has_value());
}

TEST_CASE("message ids are ordered by room, then by place") {
    CHECK(MessageId{RoomId{1}, 9} < MessageId{RoomId{2}, 1});
    CHECK(MessageId{RoomId{2}, 1} < MessageId{RoomId{2}, 2});
}

TEST_CASE("ids are keys of a hash table") {
    std::unordered_set<UserId> users{UserId{1}, UserId{2}, UserId{1}};
    CHECK(users.size() == 2);
    CHECK(users.contains(UserId{2}));
}

}  // namespace roost
