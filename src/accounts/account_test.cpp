#include "accounts/account.hpp"

#include <doctest/doctest.h>

namespace roost::accounts {
namespace {

std::string fault_of_email(std::string text) {
    Email out;
    const auto fault = Email::parse(std::move(text), out);
    return fault ? std::string(fault->code) : out.str();
}

std::string fault_of_password(std::string text) {
    Password out;
    const auto fault = Password::parse(std::move(text), out);
    return fault ? std::string(fault->code) : "fine";
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("an e-mail address is kept in lower case, but only ASCII letters are") {
    CHECK(fault_of_email("Ann.O'Neil+Tag@EXAMPLE.com") == "ann.o'neil+tag@example.com");
    CHECK(fault_of_email("ÄRGER@example.com") == "Ärger@example.com");
    CHECK(fault_of_email("a@b") == "a@b");
}

TEST_CASE("an e-mail address has one @ with something on both sides") {
    for (const auto* text : {"ann", "ann.example.com", "@example.com", "ann@", "@@@", "a@@b", "a@b@c"}) {
        CAPTURE(text);
        CHECK(fault_of_email(text) == "format");
    }
}

TEST_CASE("an e-mail address has no white space and no control character") {
    for (const auto* text :
         {"a b@c", " a@b", "a@b ", "a@b\n", "a\t@b", "a@b\r\nBcc: c@d", "a\x7f@b", "a\x01@b", "\u00a0@b",
          "a@\u3000", "a\u2003b@c", "\u200b@b", "a@b\ufeff", "a\u0085@b"}) {
        CAPTURE(text);
        CHECK(fault_of_email(text) == "format");
    }
    CHECK(fault_of_email(std::string("a\0b@c", 5)) == "format");
}

TEST_CASE("an e-mail address has 3 to 160 characters") {
    CHECK(fault_of_email("") == "too_short");
    CHECK(fault_of_email("a@") == "too_short");
    CHECK(fault_of_email(std::string(158, 'a') + "@b") == std::string(158, 'a') + "@b");
    CHECK(fault_of_email(std::string(159, 'a') + "@b") == "too_long");
    CHECK(fault_of_email(repeated("ä", 158) + "@b") == repeated("ä", 158) + "@b");
}

TEST_CASE("a password has at least 8 characters, which may be of several bytes") {
    CHECK(fault_of_password("1234567") == "too_short");
    CHECK(fault_of_password("12345678") == "fine");
    CHECK(fault_of_password(repeated("ä", 7)) == "too_short");
    CHECK(fault_of_password(repeated("ä", 8)) == "fine");
    CHECK(fault_of_password("        ") == "fine");
}

TEST_CASE("a password has at most 72 bytes, for bcrypt reads no more") {
    CHECK(fault_of_password(std::string(72, 'a')) == "fine");
    CHECK(fault_of_password(std::string(73, 'a')) == "too_long");
    CHECK(fault_of_password(repeated("ä", 36)) == "fine");
    CHECK(fault_of_password(repeated("ä", 36) + 'a') == "too_long");
    CHECK(fault_of_password(repeated("\U0001F600", 18)) == "fine");
    CHECK(fault_of_password(repeated("\U0001F600", 19)) == "too_long");
}

TEST_CASE("a password with a NUL, where bcrypt would stop reading, is refused") {
    CHECK(fault_of_password(std::string("12345678\0x", 10)) == "nul_character");
    CHECK(fault_of_password(std::string("\0", 1) + "12345678") == "nul_character");
}

}  // namespace roost::accounts
