#include "bench/http_load.hpp"

#include <doctest/doctest.h>

namespace roost::bench {

TEST_CASE("a request has a host, and a body's length where there is one") {
    HttpOptions options;
    options.url = Url::parse("http://127.0.0.1:4000/api/health?a=b", "http");
    CHECK(RequestText(options).bytes == "GET /api/health?a=b HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n\r\n");
    CHECK(RequestText(options).places.empty());

    options.method = "POST";
    options.token = "t";
    options.headers = {"Content-Type: text/plain", "A: b"};
    options.body = "hello";
    CHECK(RequestText(options).bytes ==
          "POST /api/health?a=b HTTP/1.1\r\nHost: 127.0.0.1:4000\r\nAuthorization: Bearer t\r\n"
          "Content-Type: text/plain\r\nA: b\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_CASE("a number has nine digits wherever it stands, and the length counts them") {
    HttpOptions options;
    options.url = Url::parse("http://a/{n}", "http");
    options.body = "<{n}{n}>";
    const auto [request, places] = RequestText(options);
    CHECK(request.find("Content-Length: 20\r\n") != std::string::npos);
    CHECK(request.ends_with("\r\n\r\n<000000000000000000>"));
    REQUIRE(places.size() == 3);
    for (const auto place : places) CHECK(request.substr(place, 9) == "000000000");
    CHECK(places[0] == std::string_view("GET /").size());
}

}  // namespace roost::bench
