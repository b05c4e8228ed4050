#include "http/response_writer.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

// Without the Date line, whose value changes.
std::string written(const Response& response, const WriteOptions& options = {}) {
    std::string out;
    out += append_head(out, response, options);
    const auto date = out.find("Date: ");
    REQUIRE(date != std::string::npos);
    out.erase(date, out.find("\r\n", date) + 2 - date);
    return out;
}

}  // namespace

TEST_CASE("an answer is a status line, headers and a body of the given length") {
    auto response = json(201, R"({"a":1})");
    response.headers.add("Location", "/api/messages/1-2");
    WriteOptions options;
    options.request_id = "abc";
    CHECK(
        written(response, options) ==
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 7\r\nX-Request-Id: abc\r\n"
        "Location: /api/messages/1-2\r\n\r\n{\"a\":1}");
}

TEST_CASE("the date has the form of RFC 9110") {
    std::string out;
    out += append_head(out, empty(204), {});
    const auto date = out.substr(out.find("Date: ") + 6, 29);
    CHECK(date.substr(3, 2) == ", ");
    CHECK(date.substr(25) == " GMT");
    CHECK(out.substr(out.find("Date: ") + 35, 2) == "\r\n");
}

TEST_CASE("the answer to HEAD has the length and not the body") {
    WriteOptions options;
    options.head_only = true;
    CHECK(written(json(200, "{}"), options) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
}

TEST_CASE("an empty body has length 0") {
    CHECK(written(empty(403)) == "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("204 and 304 have neither body nor length") {
    auto response = json(204, "{}");
    CHECK(written(response) == "HTTP/1.1 204 No Content\r\n\r\n");
    response.status = 304;
    CHECK(written(response) == "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST_CASE("101 has the handler's Connection and no length") {
    auto response = empty(101);
    response.headers.add("Upgrade", "websocket");
    response.headers.add("Connection", "Upgrade");
    WriteOptions options;
    options.keep_alive = false;
    CHECK(written(response, options) ==
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST_CASE("the end of the connection is announced, and in HTTP/1.0 its going on") {
    WriteOptions options;
    options.keep_alive = false;
    CHECK(written(empty(200), options) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    options.keep_alive = true;
    options.version = 10;
    CHECK(written(empty(200), options) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("a header cannot start another line") {
    auto response = empty(200);
    response.headers.add("X-A", std::string("a\r\nSet-Cookie: b\0c", 18));
    response.headers.add("X-B\r\nX-C", "b");
    response.headers.add("", "b");
    CHECK(written(response) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: a  Set-Cookie: b c\r\n\r\n");
}

TEST_CASE("a handler cannot set what frames the message") {
    auto response = empty(200);
    for (const auto* name : {"content-length", "Transfer-Encoding", "connection", "DATE", "x-request-id"})
        response.headers.add(name, "1");
    CHECK(written(response) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("the length of another server's answer to HEAD is the one its headers tell, if they do") {
    auto response = empty(200);
    response.length_in_headers = true;
    WriteOptions options;
    options.head_only = true;
    CHECK(written(response, options) == "HTTP/1.1 200 OK\r\n\r\n");
    response.headers.add("content-length", "17");
    response.headers.add("Transfer-Encoding", "chunked");
    CHECK(written(response, options) == "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n");
    // Never where a body follows, or none may.
    CHECK(written(response) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    response.status = 304;
    CHECK(written(response, options) == "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST_CASE("answers are appended") {
    std::string out = "before";
    out += append_head(out, empty(204), {});
    CHECK(out.starts_with("beforeHTTP/1.1 204 "));
}

}  // namespace roost::http
