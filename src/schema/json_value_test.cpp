#include "schema/json_value.hpp"

#include <doctest/doctest.h>

namespace roost::schema {
namespace {

using Texts = std::vector<std::string_view>;
using Kind = JsonValue::Kind;

bool is_json(std::string_view text) {
    const auto value = parse_json(text);
    if (value.has_error()) CHECK(value.error().errc() == Errc::malformed_json);
    return value.has_value();
}

JsonValue parsed(std::string_view text) {
    const auto value = parse_json(text);
    REQUIRE(value.has_value());
    return *value;
}

std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    while (times-- > 0) out += part;
    return out;
}

std::string arrays(std::size_t depth) {
    return repeated("[", depth) + repeated("]", depth);
}

}  // namespace

TEST_CASE("values of every kind are told apart") {
    CHECK(parsed("{}").kind() == Kind::object);
    CHECK(parsed("[]").kind() == Kind::array);
    CHECK(parsed("\"\"").kind() == Kind::string);
    CHECK(parsed("-1").kind() == Kind::integer);
    CHECK(parsed("1.0").kind() == Kind::real);
    CHECK(parsed("1e2").kind() == Kind::real);
    CHECK(parsed("true").kind() == Kind::boolean);
    CHECK(parsed(" null ").kind() == Kind::null);
}

TEST_CASE("scalars give their values") {
    CHECK(parsed("9223372036854775807").integer() == INT64_MAX);
    CHECK(parsed("-9223372036854775808").integer() == INT64_MIN);
    CHECK(parsed("true").boolean());
    CHECK_FALSE(parsed("false").boolean());
    CHECK(parsed(R"("a\u00e9\ud83d\ude00\n\/")").string() == "a\u00e9\U0001f600\n/");
}

TEST_CASE("integers are at most 64 bits; those that need all 64 unsigned are no whole numbers here") {
    CHECK(parsed("9223372036854775808").kind() == Kind::real);
    CHECK(parsed("18446744073709551615").kind() == Kind::real);
    CHECK_FALSE(is_json("18446744073709551616"));
    CHECK_FALSE(is_json("-9223372036854775809"));
    CHECK_FALSE(is_json("[100000000000000000000]"));
}

TEST_CASE("32 levels are accepted and 33 refused, whatever was parsed before") {
    CHECK(is_json(arrays(32)));
    CHECK_FALSE(is_json(arrays(33)));
    CHECK(is_json(repeated(R"({"a":)", 31) + "{}" + repeated("}", 31)));
    CHECK_FALSE(is_json(repeated(R"({"a":)", 32) + "{}" + repeated("}", 32)));
    // The parser grows for a long document: the limit stays.
    const auto padding = repeated(" ", 100'000);
    CHECK(is_json(padding + arrays(32)));
    CHECK_FALSE(is_json(padding + arrays(33)));
    CHECK_FALSE(is_json(arrays(100'000)));
    CHECK(is_json(arrays(32)));
}

TEST_CASE("what is not one whole JSON document is refused") {
    for (const std::string_view text :
         {"",         " ",           "{",          "}",          "[1,]",  "[1 2]",        "{\"a\"}",
          "{\"a\":}", "{a:1}",       "{'a':1}",    "{\"a\":1,}", "[01]",  "[+1]",         "[.5]",
          "[1.]",     "[NaN]",       "[Infinity]", "tru",        "nulll", "[true false]", "\"a",
          "\"\\x\"",  "\"\\u12g4\"", "\"a\nb\"",   "[] []",      "{}x",   "[1]]",         "/**/{}",
          "// x\n1",  "\"a\" \"b\"", "[1}",        "[[1}]"}) {
        CAPTURE(text);
        CHECK_FALSE(is_json(text));
    }
    CHECK_FALSE(is_json(std::string_view("{}\0", 3)));
    CHECK_FALSE(is_json(std::string_view("\0{}", 3)));
}

TEST_CASE("text that is not UTF-8 is refused, and so are halves of surrogate pairs") {
    for (const std::string_view text : {"\"\xff\"", "\"\xc3\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
                                        "\"\xf4\x90\x80\x80\"", "{\"\xff\":1}"}) {
        CHECK_FALSE(is_json(text));
    }
    for (const std::string_view text : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\u0041")",
                                        R"("\ud800\ud800")", R"("\udc00\ud800")", R"({"\udfff":1})"}) {
        CAPTURE(text);
        CHECK_FALSE(is_json(text));
    }
}

TEST_CASE("a byte order mark is no JSON") {
    CHECK_FALSE(is_json("\xef\xbb\xbf{}"));
    CHECK_FALSE(is_json("\xef\xbb\xbf[1,2]"));
}

TEST_CASE("members and elements come in the document's order, duplicates included") {
    const auto members = parsed(R"({"b":1,"a":2,"b":3,"":4})").members();
    REQUIRE(members.size() == 4);
    CHECK(members[0].key == "b");
    CHECK(members[1].key == "a");
    CHECK(members[2].value.integer() == 3);
    CHECK(members[3].key.empty());
    const auto elements = parsed("[3,[4],\"x\"]").elements();
    REQUIRE(elements.size() == 3);
    CHECK(elements[1].elements().front().integer() == 4);
    CHECK(parsed("{}").members().empty());
    CHECK(parsed("[]").elements().empty());
}

TEST_CASE("U+0000 is found in strings and keys, however deep") {
    CHECK(parsed(R"("a\u0000")").holds_nul());
    CHECK(parsed(R"({"a":{"b\u0000":1}})").holds_nul());
    CHECK(parsed(R"({"a":[1,[{"b":["x\u0000y"]}]]})").holds_nul());
    CHECK_FALSE(parsed(R"({"a":[1,[{"b":["x\\u0000y",null,true,1.5]}]]})").holds_nul());
    CHECK_FALSE(parsed("0").holds_nul());
}

TEST_CASE("the text may be let go after parsing") {
    auto text = std::make_unique<std::string>(R"({"name":"value"})");
    const auto value = parsed(*text);
    text.reset();
    CHECK(value.members().front().key == "name");
    CHECK(value.members().front().value.string() == "value");
}

TEST_CASE("the texts of members are what was sent, brackets and quotes in strings or not") {
    CHECK(member_texts(R"({"a":1,"b":"x","c":[1,{"d":"]}"}],"e":{"f":"}"}})") ==
          Texts{"1", R"("x")", R"([1,{"d":"]}"}])", R"({"f":"}"})"});
    CHECK(member_texts(R"({"\"}":"\\","a\\":"\"","{":"\\\""})") == Texts{R"("\\")", R"("\"")", R"("\\\"")"});
    CHECK(member_texts(R"({"a":-1.5e+3,"b":true,"c":false,"d":null})") ==
          Texts{"-1.5e+3", "true", "false", "null"});
    CHECK(member_texts(R"({"a":1,"a":2})") == Texts{"1", "2"});
}

TEST_CASE("white space around the texts of members is not theirs, inside it is") {
    CHECK(member_texts("\t{ \r\n\"a\" : 1 ,\t\"b\"\n:\r{ \"c\" : [ ] } } \n") ==
          Texts{"1", R"({ "c" : [ ] })"});
    CHECK(element_texts(" [ 1 , [ 2 , 3 ] , \" x \" ] ") == Texts{"1", "[ 2 , 3 ]", "\" x \""});
}

TEST_CASE("empty containers have no texts, also with blanks in them, and are texts themselves") {
    CHECK(member_texts("{}").empty());
    CHECK(member_texts(" { \n } ").empty());
    CHECK(element_texts("[1,2,[3],4]", 2) == Texts{"1", "2"});
    CHECK(element_texts("[1]", 2) == Texts{"1"});
    CHECK(element_texts("[]").empty());
    CHECK(element_texts("[ ]").empty());
    CHECK(element_texts("[[],{},\"\"]") == Texts{"[]", "{}", "\"\""});
}

TEST_CASE("the texts of elements are as many as the elements, in their order") {
    const std::string text = R"(["1",null,"room:lobby","phx_join",{"a":["]","\"]"]},6])";
    const auto texts = element_texts(text);
    CHECK(texts == Texts{R"("1")", "null", R"("room:lobby")", R"("phx_join")", R"({"a":["]","\"]"]})", "6"});
    CHECK(texts.size() == parsed(text).elements().size());
    CHECK(element_texts("[1,2]") == Texts{"1", "2"});
    CHECK(element_texts("[true]") == Texts{"true"});
}

}  // namespace roost::schema
