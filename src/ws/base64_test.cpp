#include "ws/base64.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace roost::ws;
using namespace std::string_literals;

namespace {

std::string encoded(std::string_view text) {
    return encode_base64({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

}  // namespace

TEST_CASE("the vectors of RFC 4648, section 10, in both directions, padded or not") {
    const std::array<std::array<std::string_view, 2>, 7> vectors{{{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}}};
    for (const auto& [text, base64] : vectors) {
        CHECK(encoded(text) == base64);
        CHECK(decode_base64(base64) == std::string(text));
        CHECK(decode_base64(base64.substr(0, base64.find('='))) == std::string(text));
    }
}

TEST_CASE("both alphabets decode to the same bytes, which may be zero") {
    CHECK(decode_base64("+/+/") == "\xfb\xff\xbf");
    CHECK(decode_base64("-_-_") == "\xfb\xff\xbf");
    CHECK(decode_base64("AAAA") == "\0\0\0"s);
}

TEST_CASE("other characters, lengths and paddings do not decode") {
    for (const std::string_view bad : {"Z", "Zm9vY", "Zg=", "Zg===", "Z===", "=", "====", "Zg==Zg==",
                                       "Zm9v====", " Zm9v", "Zm9v\n", "Zm 9", "Zm,9", "\xc3\xa4\xc3\xa4"}) {
        CAPTURE(bad);
        CHECK_FALSE(decode_base64(bad));
    }
    CHECK_FALSE(decode_base64("Zm\0v"s));
}
