#include "auth/base64url.hpp"

#include <doctest/doctest.h>

namespace roost::auth {

TEST_CASE("base64url is written without padding") {
    CHECK(to_base64url("").empty());
    CHECK(to_base64url("f") == "Zg");
    CHECK(to_base64url("fo") == "Zm8");
    CHECK(to_base64url("foo") == "Zm9v");
    CHECK(to_base64url("foob") == "Zm9vYg");
    CHECK(to_base64url("\xfb\xff\xfe") == "-__-");
}

TEST_CASE("what was written as base64url is read again, whatever the bytes") {
    std::string bytes;
    for (int i = 0; i < 600; ++i) {
        CHECK(from_base64url(to_base64url(bytes)) == bytes);
        bytes += static_cast<char>(i * 7 + i / 256);
    }
}

TEST_CASE("base64url in any other form is refused") {
    // Padding, the other alphabet, white space, a lone digit, and bits that belong to no byte.
    for (const auto* text :
         {"Zg==", "Zm8=", "+//+", "Zm9v\n", " Zm9v", "Zm9vY", "Z", "Zh", "Zm9", "Zm\xc3\xa4"})
        CHECK_FALSE(from_base64url(text).has_value());
    CHECK_FALSE(from_base64url(std::string_view("Zg\0", 3)).has_value());
}

}  // namespace roost::auth
