#include "api/docs_ui.hpp"

#include <doctest/doctest.h>

namespace roost::api {
namespace {

struct Fixture {
    DocsUi docs;
    http::Router router{[](const std::exception_ptr&, const http::Request&) { return http::empty(500); }};

    Fixture() {
        docs.mount(router, "/swagger");
        docs.mount(router, "/swaggerui");
    }

    // The tasks of these tests never suspend.
    http::Response get(std::string path, std::string_view encoding = "") {
        http::Request request;
        request.path = std::move(path);
        request.headers.add("Accept-Encoding", encoding);
        std::optional<http::Response> response;
        spawn(ask_into(request, response), [](const std::exception_ptr&) { FAIL("the router threw"); });
        REQUIRE(response.has_value());
        return std::move(*response);
    }
    Task<void> ask_into(const http::Request& request, std::optional<http::Response>& response) {
        response.emplace(co_await router.handle(request));
    }
};

// What stands in quotes behind each `attribute`.
std::vector<std::string> values_of(std::string_view html, std::string_view attribute) {
    std::vector<std::string> values;
    const auto start = fmt::format(" {}=\"", attribute);
    for (auto at = html.find(start); at != std::string_view::npos; at = html.find(start, at)) {
        at += start.size();
        values.emplace_back(html.substr(at, html.find('"', at) - at));
    }
    return values;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the page stands at the prefix, with and without a slash behind it") {
    const auto page = get("/swaggerui");
    CHECK(page.status == 200);
    CHECK(page.content_type == "text/html; charset=utf-8");
    CHECK(page.body.find("<title>Roost API</title>") != std::string::npos);
    CHECK(get("/swaggerui/").body == page.body);
    CHECK(get("/swaggeruix").status == 404);
}

TEST_CASE_FIXTURE(Fixture, "every file that the page names is there, below the same prefix") {
    for (const std::string prefix : {"/swagger", "/swaggerui"}) {
        const auto page = get(prefix).body;
        auto files = values_of(page, "src");
        for (auto& link : values_of(page, "href"))
            if (!link.ends_with(".json")) files.push_back(std::move(link));
        CHECK(files.size() == 5);
        for (const auto& file : files) {
            CAPTURE(file);
            CHECK(file.starts_with(prefix + "/"));
            CHECK(get(file).status == 200);
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "pages under different prefixes have different tags, for they differ") {
    const auto one = get("/swagger");
    const auto other = get("/swaggerui");
    CHECK(one.body != other.body);
    CHECK(one.headers.find("ETag") != other.headers.find("ETag"));
}

TEST_CASE_FIXTURE(Fixture, "the package is compiled in whole, and compressed") {
    const auto script = get("/swaggerui/swagger-ui-bundle.js");
    CHECK(script.content_type == "text/javascript; charset=utf-8");
    CHECK(script.body.size() > 1'000'000);
    CHECK(script.body.find("SwaggerUIBundle") != std::string::npos);
    const auto compressed = get("/swaggerui/swagger-ui-bundle.js", "gzip");
    CHECK(compressed.headers.find("Content-Encoding") == "gzip");
    CHECK(compressed.body.starts_with("\x1f\x8b"));
    CHECK(compressed.body.size() < script.body.size() / 2);
    CHECK(get("/swaggerui/favicon-32x32.png", "gzip").body.starts_with("\x89PNG"));
    CHECK(get("/swaggerui/LICENSE").body.find("Apache License") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "the page may load nothing from elsewhere, run no inline script and stand in no frame") {
    const auto page = get("/swaggerui");
    const auto policy = page.headers.find("Content-Security-Policy").value_or("");
    for (const std::string_view part :
         {"default-src 'self';", "connect-src 'self';", "img-src 'self' data:;", "frame-ancestors 'none'"}) {
        CAPTURE(part);
        CHECK(policy.find(part) != std::string::npos);
    }
    CHECK(policy.find("script-src") == std::string::npos);
    CHECK(page.body.find("<script>") == std::string::npos);
    CHECK(page.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(page.headers.find("Referrer-Policy") == "no-referrer");
}

}  // namespace roost::api
