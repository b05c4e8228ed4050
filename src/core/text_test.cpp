#include "core/text.hpp"

#include <doctest/doctest.h>

namespace roost {
namespace {

using Short = Text<2, 4>;

std::string_view code_of(const std::string& text) {
    Short out;
    const auto fault = Short::parse(text, out);
    CHECK(fault.has_value() != out.is_set());
    return fault ? fault->code : "ok";
}

}  // namespace

TEST_CASE("a text's length is in code points, not in bytes or UTF-16 units") {
    CHECK(count_code_points("") == 0);
    CHECK(count_code_points("abc") == 3);
    CHECK(count_code_points("\u00e9\u20ac\U0001f600") == 3);
    CHECK(code_of("\U0001f600\U0001f600\U0001f600\U0001f600") == "ok");
    CHECK(code_of("\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600") == "too_long");
    CHECK(code_of("\U0001f600") == "too_short");
}

TEST_CASE("a text's limits include both ends") {
    CHECK(code_of("") == "too_short");
    CHECK(code_of("a") == "too_short");
    CHECK(code_of("ab") == "ok");
    CHECK(code_of("abcd") == "ok");
    CHECK(code_of("abcde") == "too_long");
}

TEST_CASE("a text of nothing but white space is refused, with every Unicode white space, U+200B and U+FEFF") {
    for (const std::string blank :
         {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
          "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
          "\u2009", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"}) {
        CAPTURE(blank);
        CHECK(is_blank(blank));
        CHECK(code_of(blank + blank) == "blank");
        CHECK(code_of(" " + blank + "x") == "ok");
        CHECK(code_of("x" + blank) == "ok");
    }
    CHECK(is_blank(""));
    CHECK(is_blank(" \u3000\t\u200b\ufeff"));
}

TEST_CASE("what only looks blank in part of its bytes is not blank") {
    // The neighbours of white space, and characters that share its first bytes.
    for (const std::string_view text :
         {"\x08", "\x0e", "\x1f", "\u0084", "\u00a1", "\u200c", "\u2027", "\u2030", "\u2060", "\u3001"}) {
        CAPTURE(text);
        CHECK_FALSE(is_blank(text));
    }
}

TEST_CASE("U+0000 anywhere in a text is refused") {
    CHECK(code_of(std::string("a\0b", 3)) == "nul_character");
    CHECK(code_of(std::string("ab\0", 3)) == "nul_character");
    CHECK(code_of(std::string("\0\0", 2)) == "nul_character");
}

TEST_CASE("a text is kept as it was sent, blanks around it included") {
    const auto text = Short::from(" a ");
    REQUIRE(text.has_value());
    CHECK(text->str() == " a ");
}

TEST_CASE("a refused text leaves what was there") {
    Short out{"ab"};
    CHECK(Short::parse("abcde", out).has_value());
    CHECK(out.str() == "ab");
    CHECK_FALSE(Short::from("a").has_value());
    CHECK_FALSE(Short().is_set());
}

TEST_CASE("a fault of a text never holds the text") {
    Short out;
    for (const auto& text : {std::string("secret"), std::string("s\0", 2), std::string("s")}) {
        const auto fault = Short::parse(text, out);
        REQUIRE(fault.has_value());
        CHECK(fault->detail.find("secret") == std::string::npos);
        CHECK(fault->detail.find('\0') == std::string::npos);
    }
}

TEST_CASE("a rule of characters accepts 1 to as many as it says, and only those") {
    constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_accepted = [&](std::string_view text) {
        return !rules::check_characters(text, 3, is_digit, "digits");
    };
    CHECK(is_accepted("1"));
    CHECK(is_accepted("123"));
    CHECK_FALSE(is_accepted(""));
    CHECK_FALSE(is_accepted("1234"));
    CHECK_FALSE(is_accepted("12a"));
    CHECK_FALSE(is_accepted(std::string_view("1\0", 2)));
    CHECK_FALSE(is_accepted("\xd9\xa1"));
    CHECK(rules::check_characters("x", 3, is_digit, "digits")->detail ==
          "must be 1 to 3 characters of digits");
}

TEST_CASE("an integer is unset, or within its limits") {
    using Page = Integer<1, 100>;
    CHECK_FALSE(Page().is_set());
    CHECK(Page(1).is_set());
    CHECK(Page::from(1)->value() == 1);
    CHECK(Page::from(100)->value() == 100);
    CHECK_FALSE(Page::from(0).has_value());
    CHECK_FALSE(Page::from(101).has_value());
    CHECK_FALSE(Page::from(INT64_MIN).has_value());
    CHECK_FALSE(Page::from(INT64_MAX).has_value());

    using Since = Integer<0, INT64_MAX>;
    CHECK_FALSE(Since().is_set());
    CHECK(Since::from(0)->is_set());
    CHECK(Since::from(INT64_MAX)->value() == INT64_MAX);
    CHECK_FALSE(Since::from(-1).has_value());
}

}  // namespace roost
