#include "http/origins.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::http {
namespace {

bool allows(const std::string& entry, std::string_view origin) {
    return AllowedOrigins({entry}).lists(origin);
}

}  // namespace

TEST_CASE("17: without a scheme an entry is for any scheme and port") {
    for (const auto* origin :
         {"https://chat.example.com", "http://chat.example.com", "http://chat.example.com:8080",
          "HTTPS://Chat.Example.COM", "app://chat.example.com"})
        CHECK(allows("//chat.example.com", origin));
    CHECK_FALSE(allows("//chat.example.com", "https://example.com"));
    CHECK(allows("//chat.example.com:8080", "http://chat.example.com:8080"));
    CHECK_FALSE(allows("//chat.example.com:8080", "http://chat.example.com"));
}

TEST_CASE("18: with a scheme an entry is for that scheme and its port") {
    CHECK(allows("https://chat.example.com", "https://chat.example.com"));
    CHECK(allows("https://chat.example.com", "https://chat.example.com:443"));
    CHECK(allows("http://localhost:5173", "http://localhost:5173"));
    for (const auto* origin :
         {"http://chat.example.com", "https://chat.example.com:8443", "https://chat.example.com.evil.net",
          "https://evil-chat.example.com", "https://chat.example.com@evil.net", "https://chat.example.com/",
          "wss://chat.example.com"})
        CHECK_FALSE(allows("https://chat.example.com", origin));
    CHECK_FALSE(allows("http://localhost:5173", "http://localhost"));
}

TEST_CASE("19: a wildcard is for the name itself and any depth below it, and no other name that ends so") {
    for (const auto* origin : {"https://ex.com", "https://a.ex.com", "http://b.a.ex.com:81"})
        CHECK(allows("//*.ex.com", origin));
    for (const auto* origin : {"https://prefix-ex.com", "https://aex.com", "https://ex.com.evil.net",
                               "https://.ex.com.", "https://com"})
        CHECK_FALSE(allows("//*.ex.com", origin));
    CHECK(allows("https://*.ex.com", "https://a.ex.com"));
    CHECK_FALSE(allows("https://*.ex.com", "http://a.ex.com"));
    CHECK_FALSE(allows("https://*.ex.com", "https://a.ex.com:8443"));
}

TEST_CASE("20: null, file:// and an empty origin are no page of anybody") {
    const AllowedOrigins origins({"//localhost", "//*.example.com"});
    for (const auto* origin :
         {"null", "file://", "", "localhost", "://localhost", "http://", "http://a b", "http://localhost:0",
          "http://localhost:65536", "http://localhost:x", "http://[::1"}) {
        CAPTURE(origin);
        CHECK_FALSE(origins.lists(origin));
        CHECK_FALSE(origins.lists_or_is_own(origin, "localhost"));
    }
}

TEST_CASE("16: a page of the server's own host is allowed, whatever its port") {
    const AllowedOrigins none;
    CHECK(none.lists_or_is_own("http://chat.example.com:3000", "chat.example.com:4000"));
    CHECK(none.lists_or_is_own("https://CHAT.example.com", "chat.example.com"));
    CHECK(none.lists_or_is_own("http://[::1]:3000", "[::1]:4000"));
    CHECK_FALSE(none.lists_or_is_own("https://example.com", "chat.example.com"));
    CHECK_FALSE(none.lists_or_is_own("https://chat.example.com", ""));
    CHECK_FALSE(none.lists("http://chat.example.com"));
}

TEST_CASE("what is no entry is refused") {
    for (const auto* entry : {"chat.example.com", "https:/chat.example.com", "https://", "//", "*",
                              "https://*", "https://*.", "https://a.*.com", "https://chat.example.com/",
                              "://a", "https://*.[::1]", "https://a:0", "null", ""}) {
        CAPTURE(entry);
        CHECK_THROWS_AS(AllowedOrigins({entry}), std::invalid_argument);
    }
}

}  // namespace roost::http
