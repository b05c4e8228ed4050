#include "gateway/forwarding.hpp"

#include <doctest/doctest.h>

namespace roost::gateway {
namespace {

http::Request request(const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    http::Request request;
    request.target = request.path = "/api/messages";
    request.peer = "1.2.3.4";
    request.request_id = "r-1";
    request.headers.add("Host", "chat.example.com");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return request;
}

// "Name: value" of all headers as they go on, in a row.
std::string sent(const http::Request& request) {
    const Forwarded forwarded(request, "api:4000");
    std::string text;
    for (const auto& [name, value] : forwarded.outgoing.headers) {
        if (!text.empty()) text += " | ";
        (text += name) += ": ";
        text += value;
    }
    return text;
}

// What we add ourselves.
const std::string added =
    "X-Request-Id: r-1 | X-Forwarded-For: 1.2.3.4 | X-Forwarded-Proto: http | "
    "X-Forwarded-Host: chat.example.com | Via: 1.1 roost";

}  // namespace

TEST_CASE("a request goes on with its method, target, body and headers, and with who it came from") {
    auto post = request({{"Content-Type", "application/json"},
                         {"Content-Length", "2"},
                         {"Authorization", "Bearer t"},
                         {"accept", "a"},
                         {"Accept", "b"}});
    post.method = http::Method::post;
    post.query = "room=lobby&x=%20";
    post.body = "{}";
    const Forwarded forwarded(post, "api:4000");
    CHECK(forwarded.outgoing.method == http::Method::post);
    CHECK(forwarded.outgoing.target == "/api/messages?room=lobby&x=%20");
    CHECK(forwarded.outgoing.host == "api:4000");
    CHECK(forwarded.outgoing.body == "{}");
    CHECK(sent(post) ==
          "Content-Type: application/json | Authorization: Bearer t | accept: a | Accept: b | " + added);
}

TEST_CASE("an unknown method keeps its name") {
    auto odd = request();
    odd.method = http::Method::other;
    odd.other_method = "BREW";
    CHECK(Forwarded(odd, "api").outgoing.other_method == "BREW");
}

TEST_CASE("headers of the connection end here, and those that Connection names") {
    for (const auto* name : {"Connection", "Keep-Alive", "proxy-connection", "TE", "Trailer",
                             "transfer-encoding", "Upgrade", "Proxy-Authorization", "Expect"})
        CHECK_MESSAGE(sent(request({{name, "x"}})) == added, name);
    CHECK(sent(request({{"X-A", "1"},
                        {"connection", "close, x-a ,X-B"},
                        {"X-B", "2"},
                        {"X-C", "3"},
                        {"Connection", "X-C"},
                        {"X-D", "4"}})) == "X-D: 4 | " + added);
    CHECK(sent(request({{"Connection", "keep-alive"}, {"X-A", "1"}})) == "X-A: 1 | " + added);
}

TEST_CASE("what a client says about itself is not passed on as if we had seen it") {
    CHECK(sent(request({{"X-Forwarded-For", "6.6.6.6"},
                        {"x-forwarded-proto", "https"},
                        {"X-Forwarded-Host", "evil"},
                        {"Forwarded", "for=6.6.6.6"},
                        {"X-Request-Id", "not acceptable"}})) == added);
    // Nor taken away by naming it.
    CHECK(sent(request({{"Connection", "X-Forwarded-For, X-Request-Id, Host"}})) == added);
}

TEST_CASE("what a trusted proxy says about the client is passed on") {
    auto proxied = request({{"X-Forwarded-For", "9.9.9.9, 1.2.3.4"},
                            {"X-Forwarded-Proto", "https"},
                            {"X-Forwarded-Host", "public.example.com"}});
    proxied.via_trusted_proxy = true;
    CHECK(sent(proxied) ==
          "X-Request-Id: r-1 | X-Forwarded-For: 1.2.3.4 | X-Forwarded-Proto: https | "
          "X-Forwarded-Host: public.example.com | Via: 1.1 roost");
    auto silent = request();
    silent.via_trusted_proxy = true;
    CHECK(sent(silent) == added);
}

TEST_CASE("HTTP/1.0 without a Host goes on as well") {
    http::Request old;
    old.path = "/";
    old.peer = "1.2.3.4";
    old.request_id = "r-1";
    old.version = 10;
    CHECK(sent(old) ==
          "X-Request-Id: r-1 | X-Forwarded-For: 1.2.3.4 | X-Forwarded-Proto: http | Via: 1.0 roost");
}

TEST_CASE("an answer goes on without the headers of its connection") {
    http::Response answer;
    for (const auto& [name, value] :
         std::vector<std::pair<const char*, const char*>>{{"Content-Type", "application/json"},
                                                          {"Connection", "close, X-Hop"},
                                                          {"x-hop", "1"},
                                                          {"Keep-Alive", "timeout=5"},
                                                          {"Transfer-Encoding", "chunked"},
                                                          {"Set-Cookie", "a"},
                                                          {"Set-Cookie", "b"},
                                                          {"Retry-After", "3"}})
        answer.headers.add(name, value);
    strip_answer(answer, http::Method::get);
    std::string left;
    for (const auto& header : answer.headers) left += header.name + ": " + header.value + " | ";
    CHECK(left == "Content-Type: application/json | Set-Cookie: a | Set-Cookie: b | Retry-After: 3 | ");
    CHECK_FALSE(answer.length_in_headers);
    strip_answer(answer, http::Method::head);
    CHECK(answer.length_in_headers);
}

TEST_CASE("a request for a WebSocket is known by its Upgrade header") {
    CHECK(is_websocket(request({{"Upgrade", "WebSocket"}})));
    CHECK_FALSE(is_websocket(request({{"Upgrade", "h2c"}})));
    CHECK_FALSE(is_websocket(request()));
}

}  // namespace roost::gateway
