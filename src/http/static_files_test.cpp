#include "http/static_files.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

constexpr StaticFile style{
    .name = "page.css", .content = "body { margin: 0 }", .gzip = "squeezed", .tag = "abc1"};
constexpr StaticFile icon{.name = "icon.png", .content = "pixels", .gzip = {}, .tag = "abc2"};

Request request(std::initializer_list<Header> headers) {
    Request request;
    for (const auto& header : headers) request.headers.add(header.name, header.value);
    return request;
}

Response answer(std::initializer_list<Header> headers, const StaticFile& file = style) {
    return StaticFiles().answer(request(headers), file);
}

Task<void> ask_into(Router& router, const Request& request, std::optional<Response>& response) {
    response.emplace(co_await router.handle(request));
}

// The tasks of these tests never suspend.
Response ask(Router& router, Method method, std::string path) {
    Request request;
    request.method = method;
    request.path = std::move(path);
    std::optional<Response> response;
    spawn(ask_into(router, request, response), [](const std::exception_ptr&) { FAIL("the router threw"); });
    REQUIRE(response.has_value());
    return std::move(*response);
}

}  // namespace

TEST_CASE("a file is answered with its type, its tag and the word that a copy is to be checked") {
    const auto response = answer({});
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/css; charset=utf-8");
    CHECK(response.headers.find("ETag") == "\"abc1\"");
    CHECK(response.headers.find("Cache-Control") == "no-cache");
    CHECK(response.headers.find("Content-Encoding") == std::nullopt);
    CHECK(response.body == "body { margin: 0 }");
}

TEST_CASE("the content type follows the ending of the name") {
    CHECK(content_type_of("index.html") == "text/html; charset=utf-8");
    CHECK(content_type_of("a.min.js") == "text/javascript; charset=utf-8");
    CHECK(content_type_of("a.js.txt") == "text/plain; charset=utf-8");
    CHECK(content_type_of("icon.png") == "image/png");
    CHECK(content_type_of("LICENSE") == "text/plain; charset=utf-8");
    CHECK(content_type_of("a.wasm") == "application/octet-stream");
}

TEST_CASE("a client that accepts gzip gets the compressed form, under a tag of its own") {
    for (const std::string accepted : {"gzip", "GZip", "br, gzip, deflate", "gzip;q=0.001", "gzip ; Q=1", "*",
                                       "*;q=0.5", "br;q=1.0,*;q=0, gzip", "gzip;q=1.0"}) {
        CAPTURE(accepted);
        const auto response = answer({{"Accept-Encoding", accepted}});
        CHECK(response.headers.find("Content-Encoding") == "gzip");
        CHECK(response.headers.find("ETag") == "\"abc1-gzip\"");
        CHECK(response.content_type == "text/css; charset=utf-8");
        CHECK(response.body == "squeezed");
    }
    CHECK(answer({{"Accept-Encoding", "br"}, {"accept-encoding", "gzip"}}).body == "squeezed");
}

TEST_CASE("a client that does not accept gzip gets the file as it is") {
    for (const std::string accepted : {"", "br", "identity", "gzip;q=0", "gzip; q=0.000", "*, gzip;q=0",
                                       "*;q=0", "gzipped", "deflate;x=gzip", ",,;,=,"}) {
        CAPTURE(accepted);
        const auto response = answer({{"Accept-Encoding", accepted}});
        CHECK(response.headers.find("Content-Encoding") == std::nullopt);
        CHECK(response.headers.find("ETag") == "\"abc1\"");
        CHECK(response.body == "body { margin: 0 }");
    }
}

TEST_CASE("caches are told that a file has two forms, whichever is sent") {
    CHECK(answer({}).headers.find("Vary") == "Accept-Encoding");
    CHECK(answer({{"Accept-Encoding", "gzip"}}).headers.find("Vary") == "Accept-Encoding");
    CHECK(answer({{"If-None-Match", "\"abc1\""}}).headers.find("Vary") == "Accept-Encoding");
    CHECK(answer({{"Accept-Encoding", "gzip"}}, icon).headers.find("Vary") == std::nullopt);
}

TEST_CASE("a file without a compressed form goes out as it is") {
    const auto response = answer({{"Accept-Encoding", "gzip"}}, icon);
    CHECK(response.headers.find("Content-Encoding") == std::nullopt);
    CHECK(response.headers.find("ETag") == "\"abc2\"");
    CHECK(response.body == "pixels");
}

TEST_CASE("a client that has the file is told so without it") {
    for (const std::string known :
         {R"("abc1")", R"(W/"abc1")", R"("x", "abc1")", R"("x,y" ,W/"abc1",)", "*"}) {
        CAPTURE(known);
        const auto response = answer({{"If-None-Match", known}});
        CHECK(response.status == 304);
        CHECK(response.headers.find("ETag") == "\"abc1\"");
        CHECK(response.headers.find("Cache-Control") == "no-cache");
        CHECK(response.body.empty());
    }
}

TEST_CASE("a client with another content, or the other form, gets the file") {
    for (const std::string known : {R"("abc")", "abc1", R"("abc1-gzip")", R"("ABC1")", "", R"(")", "W/"}) {
        CAPTURE(known);
        CHECK(answer({{"If-None-Match", known}}).status == 200);
    }
    CHECK(answer({{"If-None-Match", R"("abc1")"}, {"Accept-Encoding", "gzip"}}).status == 200);
    CHECK(answer({{"If-None-Match", R"("abc1-gzip")"}, {"Accept-Encoding", "gzip"}}).status == 304);
}

TEST_CASE("the given headers go with every answer") {
    Headers headers;
    headers.add("X-Content-Type-Options", "nosniff");
    const StaticFiles files(headers);
    CHECK(files.answer(request({}), style).headers.find("X-Content-Type-Options") == "nosniff");
    const auto unchanged = files.answer(request({{"If-None-Match", "*"}}), style);
    CHECK(unchanged.headers.find("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("a mounted file answers GET and HEAD of its path and nothing else") {
    StaticFiles files;
    Router router([](const std::exception_ptr&, const Request&) { return empty(500); });
    files.mount(router, "/docs/page.css", style);
    CHECK(ask(router, Method::get, "/docs/page.css").body == "body { margin: 0 }");
    CHECK(ask(router, Method::head, "/docs/page.css").status == 200);
    CHECK(ask(router, Method::post, "/docs/page.css").status == 405);
    CHECK(ask(router, Method::get, "/docs/").status == 404);
    CHECK(ask(router, Method::get, "/docs/../docs/page.css").status == 404);
}

}  // namespace roost::http
