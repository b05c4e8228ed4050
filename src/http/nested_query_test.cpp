#include "http/nested_query.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

using Texts = std::vector<std::string_view>;

NestedQuery nested(std::string_view raw) {
    const auto query = Query::parse(raw);
    REQUIRE(query.has_value());
    auto result = NestedQuery::of(*query);
    REQUIRE(result.has_value());
    return std::move(*result);
}

}  // namespace

TEST_CASE("10: brackets in a key make a map, any number of them deep") {
    const auto query = nested("vsn=2.0.0&x[y]=1&x%5Bz%5D[a]=2&x[z][b]=3");
    CHECK(query.find({"vsn"}) == "2.0.0");
    CHECK(query.find({"x", "y"}) == "1");
    CHECK(query.find({"x", "z", "a"}) == "2");
    CHECK(query.find({"x", "z", "b"}) == "3");
    CHECK(query.find({"x"}) == std::nullopt);
    CHECK(query.find({"x", "y", "z"}) == std::nullopt);
    CHECK(query.find({"nothing", "here"}) == std::nullopt);
}

TEST_CASE("10: empty brackets at the end make a list") {
    const auto query = nested("l[]=1&l[]=2&m[n][]=3");
    CHECK(query.list({"l"}) == Texts{"1", "2"});
    CHECK(query.list({"m", "n"}) == Texts{"3"});
    CHECK(query.find({"l"}) == std::nullopt);
    CHECK(query.list({"m"}).empty());
}

TEST_CASE("12: of what is said twice the last counts, of whatever kind") {
    CHECK(nested("x[y]=1&x[y]=2").find({"x", "y"}) == "2");
    CHECK(nested("x=1&x[y]=2").find({"x", "y"}) == "2");
    CHECK(nested("x[y]=1&x=2").find({"x"}) == "2");
    CHECK(nested("x[]=1&x[y]=2").list({"x"}).empty());
    CHECK(nested("x[y]=1&x[]=2").list({"x"}) == Texts{"2"});
}

TEST_CASE("a key whose brackets are of no form is a name like any other") {
    for (const std::string key : {"x[y", "x]", "[y]", "x[y]z", "x[y][", "x[][y]", "x[a[b]"}) {
        CAPTURE(key);
        CHECK(nested(key + "=1").find({std::string_view(key)}) == "1");
    }
}

TEST_CASE("a key with too many brackets is refused") {
    std::string key = "x";
    for (std::size_t i = 0; i < NestedQuery::most_brackets; ++i) key += "[y]";
    CHECK(NestedQuery::of(*Query::parse(key + "=1")).has_value());
    CHECK(NestedQuery::of(*Query::parse(key + "[y]=1")).has_error());
}

}  // namespace roost::http
