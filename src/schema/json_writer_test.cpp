#include "schema/json_writer.hpp"

#include "schema/json_value.hpp"

#include <doctest/doctest.h>

namespace roost::schema {
namespace {

std::string written(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("a string is written between quotes, behind what is there") {
    std::string out = "[";
    append_string(out, "a");
    append_string(out, "");
    CHECK(out == R"(["a""")");
}

TEST_CASE("quotes, backslashes and control characters are escaped") {
    CHECK(written(R"(a"b\c/d)") == R"("a\"b\\c/d")");
    CHECK(written("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(written(std::string_view("\0\x01\x1f", 3)) == R"("\u0000\u0001\u001f")");
}

TEST_CASE("what needs no escape stays as it is") {
    CHECK(written(" ~\x7f</script>") == "\" ~\x7f</script>\"");
    CHECK(written("\u00e9\u2028\u2029\U0001f600") == "\"\u00e9\u2028\u2029\U0001f600\"");
}

TEST_CASE("every byte below 0x80 reads back as it was written") {
    std::string all;
    for (char c = 0; c < 0x7f; ++c) all += c;
    const auto value = parse_json(written(all));
    REQUIRE(value.has_value());
    CHECK(value->string() == all);
}

TEST_CASE("a writer sets the commas, and escapes names and texts") {
    JsonWriter out;
    out.open_object().member("a\"", "x:").key("list").open_array();
    out.number(-1).boolean(false).open_object().close_object().raw("null").open_array().close_array();
    out.string("{").string("[").close_array().key("last").number(2).close_object();
    CHECK(out.str() == R"({"a\"":"x:","list":[-1,false,{},null,[],"{","["],"last":2})");
    CHECK(parse_json(out.str()).has_value());
}

}  // namespace roost::schema
