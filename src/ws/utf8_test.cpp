#include "ws/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace roost::ws;

namespace {

// Bytes fed one at a time until one is refused; npos if none is.
std::size_t bad_byte(std::string_view text) {
    Utf8Check check;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!check.feed(text.substr(i, 1))) return i;
    }
    return std::string_view::npos;
}

bool in_two_pieces(std::string_view text, std::size_t cut) {
    Utf8Check check;
    return check.feed(text.substr(0, cut)) && check.feed(text.substr(cut)) && check.is_complete();
}

}  // namespace

TEST_CASE("a text in two pieces, cut anywhere, is judged as the whole is") {
    for (const std::string text :
         {"", "plain", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x93 mixed \xf4\x8f\xbf\xbf",
          "\xed\x9f\xbf\xee\x80\x80", "cut \xf0\x9f\x90", "bad \xe0\x80\x80 here", "stray \x80",
          "surrogate \xed\xa0\x80",
          "a text of more than sixty-four bytes with a bad byte quite near its very end \xc3( ."}) {
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            CAPTURE(text);
            CAPTURE(cut);
            CHECK(in_two_pieces(text, cut) == is_utf8(text));
        }
    }
}

TEST_CASE("every sequence of a lead byte and a second byte is judged alike at once and piece by piece") {
    for (int lead = 0x80; lead <= 0xFF; ++lead) {
        for (int second = 0; second <= 0xFF; ++second) {
            std::string text{static_cast<char>(lead), static_cast<char>(second)};
            if (lead >= 0xE0) text += '\x80';
            if (lead >= 0xF0) text += '\x80';
            Utf8Check check;
            CHECK((bad_byte(text) == std::string_view::npos) == is_utf8(text));
            CHECK((check.feed(text) && check.is_complete()) == is_utf8(text));
        }
    }
}

TEST_CASE("41: the first bad byte is refused, not the end of its character") {
    CHECK(bad_byte("ab\xc0\xaf") == 2);          // overlong, two bytes
    CHECK(bad_byte("ab\xe0\x9f\x80") == 3);      // overlong, three
    CHECK(bad_byte("ab\xf0\x8f\x80\x80") == 3);  // overlong, four
    CHECK(bad_byte("ab\xed\xa0\x80") == 3);      // a surrogate
    CHECK(bad_byte("ab\xf4\x90\x80\x80") == 3);  // over U+10FFFF
    CHECK(bad_byte("ab\xf5") == 2);
    CHECK(bad_byte("ab\xf0\x9f\x90x") == 5);
}
