#include "bench/url.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::bench {

TEST_CASE("a URL gives host, port and target") {
    const auto url = Url::parse("ws://127.0.0.1:4000/socket/websocket?a=b", "ws");
    CHECK(url.host == "127.0.0.1");
    CHECK(url.port == 4000);
    CHECK(url.target == "/socket/websocket?a=b");
    CHECK(url.authority() == "127.0.0.1:4000");
}

TEST_CASE("what a URL leaves out has its usual value") {
    CHECK(Url::parse("http://localhost", "http").port == 80);
    CHECK(Url::parse("http://localhost", "http").target == "/");
    CHECK(Url::parse("http://localhost?q=1", "http").target == "/?q=1");
}

TEST_CASE("an IPv6 address stands in brackets") {
    const auto url = Url::parse("http://[::1]:80/x", "http");
    CHECK(url.host == "::1");
    CHECK(url.port == 80);
    CHECK(url.authority() == "[::1]:80");
}

TEST_CASE("a URL that cannot be used is refused") {
    for (const char* text :
         {"127.0.0.1:4000", "wss://a/", "http://a/", "ws:/a", "ws://", "ws://:80/", "ws://a:/", "ws://a:0/",
          "ws://a:65536/", "ws://a:8x/", "ws://[::1/", "ws://u@a/", "ws://a/#b", "ws://a/ b"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(Url::parse(text, "ws"), std::runtime_error);
    }
}

TEST_CASE("a query's value is escaped") {
    CHECK(percent_encoded("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encoded("a b&c=%/\xc3\xa9") == "a%20b%26c%3D%25%2F%C3%A9");
}

}  // namespace roost::bench
