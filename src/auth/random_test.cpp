#include "auth/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <set>

namespace roost::auth {

TEST_CASE("a random token is base64url without padding, of its length and never the same") {
    CHECK(random_token(32).size() == 43);
    CHECK(random_token(16).size() == 22);
    CHECK(random_token(24).size() == 32);
    std::set<std::string> tokens;
    std::set<char> characters;
    for (int i = 0; i < 500; ++i) {
        const auto token = random_token(32);
        tokens.insert(token);
        characters.insert(token.begin(), token.end());
    }
    CHECK(tokens.size() == 500);
    CHECK(characters.size() == 64);
    CHECK(std::ranges::all_of(characters, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    }));
}

TEST_CASE("a random UUID is of version 4, and never the same") {
    const std::regex version_4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const auto uuid = random_uuid();
        CHECK(std::regex_match(uuid, version_4));
        seen.insert(uuid);
    }
    CHECK(seen.size() == 200);
}

TEST_CASE("a UUID is told from what is none") {
    CHECK(is_uuid(random_uuid()));
    CHECK(is_uuid("00000000-0000-0000-0000-000000000000"));
    for (const auto* text :
         {"", "3f2c8a52", "3f2c8a52-4c0d-4b6e-9d53-3d1a0f4b7c1", "3f2c8a52-4c0d-4b6e-9d53-3d1a0f4b7c111",
          "3F2C8A52-4C0D-4B6E-9D53-3D1A0F4B7C11", "3f2c8a52-4c0d-4b6e-9d53-3d1a0f4b7c1g",
          "3f2c8a5204c0d-4b6e-9d53-3d1a0f4b7c11", "{3f2c8a5-4c0d-4b6e-9d53-3d1a0f4b7c1}"}) {
        CAPTURE(text);
        CHECK_FALSE(is_uuid(text));
    }
}

TEST_CASE("the digest is SHA-256") {
    // FIPS 180-2, appendix B.1.
    CHECK(sha256("abc") ==
          std::string_view("\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"
                           "\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad",
                           32));
    CHECK(sha256(std::string_view("a\0b", 3)) != sha256("a"));
}

}  // namespace roost::auth
