#include "http/query.hpp"

#include "http/percent.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(std::string_view raw) {
    const auto query = Query::parse(raw);
    REQUIRE(query.has_value());
    return query->pairs();
}

bool is_refused(std::string_view raw) {
    const auto query = Query::parse(raw);
    return query.has_error() && query.error().errc() == Errc::malformed_request;
}

}  // namespace

TEST_CASE("a query is decoded into pairs in their order") {
    CHECK(pairs_of("room=lobby&limit=50") == Pairs{{"room", "lobby"}, {"limit", "50"}});
    CHECK(pairs_of("a%20b=c+d&e=%2B%3d%26") == Pairs{{"a b", "c d"}, {"e", "+=&"}});
    CHECK(pairs_of("x%5By%5D=1&x[z]=2") == Pairs{{"x[y]", "1"}, {"x[z]", "2"}});
    CHECK(pairs_of("a=b=c&d&=e") == Pairs{{"a", "b=c"}, {"d", ""}, {"", "e"}});
    CHECK(pairs_of("n=J%C3%BCrgen") == Pairs{{"n", "J\xc3\xbcrgen"}});
    CHECK(pairs_of("").empty());
}

TEST_CASE("empty query segments are skipped (protocol 11)") {
    CHECK(pairs_of("&&a=1&&b=2&") == Pairs{{"a", "1"}, {"b", "2"}});
    CHECK(pairs_of("&").empty());
}

TEST_CASE("of a duplicate key the last value is found (protocol 12)") {
    const auto query = Query::parse("token=a&vsn=2.0.0&token=b");
    REQUIRE(query.has_value());
    CHECK(query->find("token") == "b");
    CHECK(query->find("vsn") == "2.0.0");
    CHECK(query->find("Token") == std::nullopt);
}

TEST_CASE("bad escapes, NUL and what is not UTF-8 are refused, in keys and in values") {
    for (const std::string_view bad :
         {"%", "%4", "%4g", "%g4", "%%20", "%+1", "%00", "%ff", "%c3", "%ed%a0%80"}) {
        CAPTURE(bad);
        CHECK(is_refused("a=" + std::string(bad)));
        CHECK(is_refused(std::string(bad) + "=a"));
    }
    CHECK(is_refused("a=1&b=%zz"));
}

TEST_CASE("a query has at most 100 pairs") {
    std::string raw;
    for (int i = 0; i < 100; ++i) raw += "a=b&";
    CHECK(pairs_of(raw).size() == 100);
    CHECK(is_refused(raw + "a=b"));
}

TEST_CASE("a plus is a plus outside of queries") {
    CHECK(percent_decode("a+b%2B", Plus::literal) == "a+b+");
    CHECK(percent_decode("a+b%2B", Plus::is_space) == "a b+");
}

}  // namespace roost::http
