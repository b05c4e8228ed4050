#include "auth/password.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::auth {
namespace {

constexpr unsigned cheap = 4;

}  // namespace

TEST_CASE("a password matches its hash and no other does") {
    const auto hash = hash_password("correct horse", cheap);
    CHECK(verify_password("correct horse", hash));
    CHECK_FALSE(verify_password("correct horsf", hash));
    CHECK_FALSE(verify_password("Correct horse", hash));
    CHECK_FALSE(verify_password("correct horse ", hash));
    CHECK_FALSE(verify_password("", hash));
}

TEST_CASE("all of 72 bytes count, and bytes beyond ASCII") {
    const std::string longest(72, 'a');
    const auto hash = hash_password(longest, cheap);
    CHECK(verify_password(longest, hash));
    CHECK_FALSE(verify_password(std::string(71, 'a') + 'b', hash));
    CHECK_FALSE(verify_password(std::string(71, 'a'), hash));
    CHECK_FALSE(verify_password("p\xc3\xa4sswort", hash_password("p\xc3\xa5sswort", cheap)));
}

TEST_CASE("a hash is bcrypt with the cost asked for and a salt of its own") {
    const auto first = hash_password("password123", cheap);
    CHECK(first.starts_with("$2b$04$"));
    CHECK(first.size() == 60);
    CHECK(first != hash_password("password123", cheap));
    CHECK(hash_password("password123", 5).starts_with("$2b$05$"));
}

TEST_CASE("a hash that another bcrypt made is understood") {
    // From the test vectors of Openwall's crypt_blowfish.
    CHECK(verify_password("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
    CHECK_FALSE(verify_password("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
}

TEST_CASE("a cost out of range and a hash that is none are errors, not matches") {
    CHECK_THROWS_AS(hash_password("password123", 3), std::runtime_error);
    CHECK_THROWS_AS(hash_password("password123", 32), std::runtime_error);
    CHECK_THROWS_AS(verify_password("password123", "*0"), std::runtime_error);
    CHECK_FALSE(verify_password("password123", "password123"));
}

}  // namespace roost::auth
