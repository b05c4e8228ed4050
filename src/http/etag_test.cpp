#include "http/etag.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

bool has(std::string_view if_none_match, std::string_view etag) {
    Headers headers;
    headers.add("If-None-Match", if_none_match);
    return has_already(headers, etag);
}

}  // namespace

TEST_CASE("a client has what it names, alone, in a list, or as anything") {
    CHECK(has(R"("a")", R"("a")"));
    CHECK(has(R"("b", "a")", R"("a")"));
    CHECK(has("*", R"("a")"));
    CHECK_FALSE(has(R"("b")", R"("a")"));
    CHECK_FALSE(has("", R"("a")"));
    CHECK_FALSE(has("a", R"("a")"));
}

TEST_CASE("weak tags are compared by what is in them") {
    CHECK(has(R"(W/"a")", R"("a")"));
    CHECK(has(R"("a")", R"(W/"a")"));
    CHECK(has(R"(W/"a")", R"(W/"a")"));
    CHECK_FALSE(has(R"(W/"b")", R"(W/"a")"));
}

TEST_CASE("a tag may stand in a repeated header, and without one nothing is there") {
    Headers headers;
    CHECK_FALSE(has_already(headers, R"("a")"));
    headers.add("If-None-Match", R"("b")");
    headers.add("if-none-match", R"("a")");
    CHECK(has_already(headers, R"("a")"));
}

}  // namespace roost::http
