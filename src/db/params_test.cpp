#include "db/params.hpp"

#include <doctest/doctest.h>

namespace roost::db {
namespace {

using namespace std::string_view_literals;

std::string_view bytes(const Params& params, std::size_t index = 0) {
    return *params.values().at(index).bytes;
}

}  // namespace

TEST_CASE("numbers go in network byte order, negative ones as two's complement") {
    CHECK(bytes(params(std::int64_t{0x0102030405060708})) == "\x01\x02\x03\x04\x05\x06\x07\x08"sv);
    CHECK(bytes(params(std::int64_t{-2})) == "\xff\xff\xff\xff\xff\xff\xff\xfe"sv);
    CHECK(bytes(params(UserId{258})) == "\0\0\0\0\0\0\1\2"sv);
    CHECK(params(UserId{1}).values().at(0).type == Type::int8);
}

TEST_CASE("a timestamp counts from 2000") {
    CHECK(bytes(params(Timestamp{946'684'800'000'001})) == "\0\0\0\0\0\0\0\1"sv);
    CHECK(bytes(params(Timestamp{946'684'799'999'999})) == "\xff\xff\xff\xff\xff\xff\xff\xff"sv);
}

TEST_CASE("text is text and not a truth value, however it is held") {
    const std::string text = "b";
    const auto made = params("a", text, std::string_view("c"), true);
    CHECK(made.values().at(0).type == Type::text);
    CHECK(bytes(made, 0) == "a");
    CHECK(bytes(made, 1) == "b");
    CHECK(bytes(made, 2) == "c");
    CHECK(made.values().at(3).type == Type::boolean);
}

TEST_CASE("a null has its type and no bytes, an empty text has bytes") {
    const auto made = params(std::optional<std::int64_t>{}, std::string_view{});
    CHECK(made.values().at(0).type == Type::int8);
    CHECK_FALSE(made.values().at(0).bytes.has_value());
    CHECK(made.values().at(1).bytes == "");
}

TEST_CASE("an empty array has no dimension") {
    const auto made = params(Array<std::int64_t>{});
    CHECK(made.values().at(0).type == Type::int8_array);
    CHECK(bytes(made) == "\0\0\0\0\0\0\0\0\0\0\0\x14"sv);
}

TEST_CASE("an array says whether it holds nulls, and marks each") {
    Array<std::string_view> array;
    array.add("x"sv);
    array.add(std::optional<std::string_view>{});
    CHECK(bytes(params(array)) ==
          "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1"
          "\0\0\0\1x\xff\xff\xff\xff"sv);
}

}  // namespace roost::db
