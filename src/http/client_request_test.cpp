#include "http/client_request.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

std::string written(const ClientRequest& request) {
    std::string out;
    append_request(out, request);
    return out;
}

}  // namespace

TEST_CASE("a request is written with its headers in their order and the length of its body") {
    CHECK(written({.method = Method::put,
                   .target = "/a?b=c",
                   .host = "api:4000",
                   .headers = {{"X-A", "1"}, {"x-a", "2"}},
                   .body = "hello"}) ==
          "PUT /a?b=c HTTP/1.1\r\nHost: api:4000\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_CASE("an empty body is spoken out where one is usual") {
    const auto has_length = [](Method method, std::string_view body) {
        const auto text = written({.method = method, .other_method = "BREW", .target = "/", .body = body});
        return text.find("Content-Length: " + std::to_string(body.size()) + "\r\n") != std::string::npos;
    };
    for (const auto method : {Method::post, Method::put, Method::patch}) CHECK(has_length(method, ""));
    for (const auto method : {Method::get, Method::head, Method::del, Method::options, Method::other}) {
        CHECK_FALSE(has_length(method, ""));
        CHECK(has_length(method, "x"));
    }
}

TEST_CASE("a method that is not known goes by its name, and is not taken for idempotent") {
    CHECK(written({.method = Method::other, .other_method = "BREW", .target = "/"})
              .starts_with("BREW / HTTP/1.1\r\n"));
    for (const auto method : {Method::get, Method::head, Method::put, Method::del, Method::options})
        CHECK(is_idempotent(method));
    for (const auto method : {Method::post, Method::patch, Method::other}) CHECK_FALSE(is_idempotent(method));
}

}  // namespace roost::http
