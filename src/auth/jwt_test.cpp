#include "auth/jwt.hpp"

#include "auth/jwt_fixture.hpp"

#include <doctest/doctest.h>

namespace roost::auth {

using namespace testing;

namespace {

std::optional<JwtHeader> header_of(std::string_view json) {
    return read_header(to_base64url(json) + ".e30.c2ln");
}
std::optional<JwtClaims> claims_of(std::string_view json) {
    return read_claims("e30." + to_base64url(json) + ".c2ln");
}

}  // namespace

TEST_CASE("a header says its algorithm and its key") {
    const auto header = header_of(R"( {"kid":"a\"b", "typ":"JWT", "alg":"HS512", "x5t":["?"]} )");
    REQUIRE(header.has_value());
    CHECK(header->alg == "HS512");
    CHECK(header->kid == "a\"b");
    CHECK_FALSE(header_of(R"({"alg":""})")->kid.has_value());
}

TEST_CASE("a header that is not plain is not read") {
    for (const auto* json : {"",
                             "{}",
                             "[]",
                             "null",
                             R"("HS512")",
                             R"({"alg":null})",
                             R"({"alg":["HS512"]})",
                             R"({"ALG":"HS512"})",
                             R"({"alg":"HS512","kid":null})",
                             R"({"alg":"HS512","kid":7})",
                             R"({"alg":"HS512","alg":"HS512"})",
                             R"({"alg":"HS512","x":1,"x":1})",
                             R"({"alg":"none","\u0061lg":"HS512"})",
                             R"({"alg":"HS512","crit":["b64"]})",
                             R"({"alg":"HS512"} {})",
                             R"({"alg":"HS512",})",
                             R"({'alg':'HS512'})",
                             R"({"alg":"HS512")",
                             "{\"alg\":\"HS512\"}\x01",
                             "\xef\xbb\xbf{\"alg\":\"HS512\"}",
                             "{\"alg\":\"HS512\",\"x\":\"\xff\"}"}) {
        CAPTURE(json);
        CHECK_FALSE(header_of(json).has_value());
    }
    CHECK_FALSE(header_of("{\"alg\":" + std::string(100, '[') + std::string(100, ']') + '}').has_value());
}

TEST_CASE("claims are read with their types") {
    const auto read = claims_of(claims());
    REQUIRE(read.has_value());
    CHECK(read->iss == "roost");
    CHECK(read->sub == "42");
    CHECK(read->typ == "access");
    CHECK(read->sid == session);
    CHECK(read->aud == std::vector<std::string>{"roost"});
    CHECK(read->iat == now_s);
    CHECK(read->nbf == now_s);
    CHECK(read->exp == now_s + 60);
    const auto none = claims_of(R"({"custom":{"exp":1}})");
    REQUIRE(none.has_value());
    CHECK_FALSE((none->iss || none->sub || none->typ || none->sid || none->iat || none->nbf || none->exp));
    CHECK(none->aud.empty());
}

TEST_CASE("claims of a wrong type or given twice are not read") {
    for (const auto* name : {"iss", "sub", "typ", "sid"})
        for (const auto* wrong : {"1", "null", "true", "[]", "{}", R"(["a"])"})
            CHECK_FALSE(claims_of(fmt::format(R"({{"{}":{}}})", name, wrong)).has_value());
    for (const auto* name : {"iat", "nbf", "exp"})
        for (const auto* wrong :
             {R"("1")", "1.0", "1e1", "null", "true", "[1]", "9223372036854775808", "01", "+1", "0x1"})
            CHECK_FALSE(claims_of(fmt::format(R"({{"{}":{}}})", name, wrong)).has_value());
    for (const auto* wrong : {"1", "null", "{}", "[1]", R"(["a",null])", R"([["a"]])"})
        CHECK_FALSE(claims_of(fmt::format(R"({{"aud":{}}})", wrong)).has_value());
    CHECK_FALSE(claims_of(R"({"sub":"1","sub":"1"})").has_value());
    CHECK_FALSE(claims_of(R"({"x":"1","y":2,"x":"1"})").has_value());
}

TEST_CASE("a token has three parts in base64url, none of them empty") {
    const auto head = to_base64url(R"({"alg":"HS512"})");
    CHECK(read_header(head + ".e30.c2ln").has_value());
    CHECK(read_claims(head + ".e30.c2ln").has_value());
    for (const auto* rest : {"", ".", "..", ".e30", ".e30.", "..c2ln", ".e30.c2ln.", ".e30.c2ln.c2ln"}) {
        CAPTURE(rest);
        CHECK_FALSE(read_header(head + rest).has_value());
        CHECK_FALSE(read_claims(head + rest).has_value());
    }
    CHECK_FALSE(read_header(".e30.c2ln").has_value());
    for (const auto& odd : {head + '=', head + '\n', ' ' + head, head + '+'})
        CHECK_FALSE(read_header(odd + ".e30.c2ln").has_value());
    for (const auto* odd : {"e30=", "e3 0", "e31", "e"})
        CHECK_FALSE(read_claims(head + '.' + odd + ".c2ln").has_value());
}

}  // namespace roost::auth
