#include "schema/decode.hpp"

#include <doctest/doctest.h>

namespace roost::schema {
namespace {

struct Page {
    Text<1, 10> room;
    Integer<1, 100> limit{50};
    std::optional<Integer<0, INT64_MAX>> since;
    std::optional<Text<1, 10>> q;
};
BOOST_DESCRIBE_STRUCT(Page, (), (room, limit, since, q))

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Lines = std::vector<std::string>;

Lines faults_of(const Pairs& pairs) {
    const auto page = decode_query<Page>(pairs);
    REQUIRE(page.has_error());
    CHECK(page.error().errc() == Errc::invalid_input);
    Lines lines;
    for (const auto& fault : page.error().faults()) {
        CHECK(fault.detail.find("777") == std::string::npos);
        lines.push_back(fault.pointer + " " + std::string(fault.code));
    }
    std::ranges::sort(lines);
    return lines;
}

}  // namespace

TEST_CASE("a query's parameters are decoded, and absent ones have their defaults") {
    const auto page = decode_query<Page>(Pairs{{"room", "den"}, {"since", "9223372036854775807"}});
    REQUIRE(page.has_value());
    CHECK(page->room.str() == "den");
    CHECK(page->limit.value() == 50);
    CHECK(page->since->value() == INT64_MAX);
    CHECK_FALSE(page->q.has_value());
    CHECK(decode_query<Page>(Pairs{{"room", "den"}, {"limit", "007"}})->limit.value() == 7);
}

TEST_CASE("12: of equal names the last wins, also over one that is bad") {
    const auto page =
        decode_query<Page>(Pairs{{"room", "a"}, {"limit", "bad"}, {"room", "b"}, {"limit", "3"}});
    REQUIRE(page.has_value());
    CHECK(page->room.str() == "b");
    CHECK(page->limit.value() == 3);
    CHECK(faults_of({{"room", "a"}, {"limit", "3"}, {"limit", "bad"}}) == Lines{"/limit type"});
}

TEST_CASE("what is no whole number of 64 bits is a fault") {
    for (const std::string value : {"", " ", "5 ", " 5", "+5", "5.0", "1e1", "0x5", "five", "5;6", "--5",
                                    "9223372036854775808", "99999999999999999999999"}) {
        CAPTURE(value);
        CHECK(faults_of({{"room", "den"}, {"limit", value}}) == Lines{"/limit type"});
    }
    CHECK(faults_of({{"room", "den"}, {"limit", std::string("5\0", 2)}}) == Lines{"/limit type"});
}

TEST_CASE("all faults of a query come back together, without a value") {
    CHECK(faults_of({{"limit", "777"}, {"since", "-777"}, {"q", "777777777777"}, {"more", "777"}}) ==
          Lines{"/limit too_large", "/more unknown", "/q too_long", "/room required", "/since too_small"});
    CHECK(faults_of({{"room", ""}}) == Lines{"/room too_short"});
}

}  // namespace roost::schema
