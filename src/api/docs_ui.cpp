#include "api/docs_ui.hpp"

#include <span>

namespace roost::api {

// Generated: web/swagger-ui/ and the files of the package that the page needs.
std::span<const http::StaticFile> docs_ui_files();

namespace {

constexpr std::string_view page_name = "index.html";
constexpr std::string_view prefix_mark = "{prefix}";

// Swagger UI writes style attributes and has its icons as data URLs; it needs nothing else that is inline.
constexpr std::string_view content_security_policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Headers headers() {
    http::Headers headers;
    headers.add("Content-Security-Policy", content_security_policy);
    headers.add("X-Content-Type-Options", "nosniff");
    headers.add("Referrer-Policy", "no-referrer");
    return headers;
}

std::string with_prefix(std::string_view page, std::string_view prefix) {
    std::string html(page);
    for (auto at = html.find(prefix_mark); at != std::string::npos; at = html.find(prefix_mark, at))
        html.replace(at, prefix_mark.size(), prefix);
    return html;
}

}  // namespace

DocsUi::DocsUi() : files_(headers()) {}

void DocsUi::mount(http::Router& router, std::string_view prefix) {
    for (const auto& file : docs_ui_files()) {
        if (file.name != page_name) {
            files_.mount(router, fmt::format("{}/{}", prefix, file.name), file);
            continue;
        }
        auto& page = pages_.emplace_back();
        page.html = with_prefix(file.content, prefix);
        page.tag = fmt::format("{}{}", file.tag, prefix);
        const http::StaticFile entry{.name = page_name, .content = page.html, .gzip = {}, .tag = page.tag};
        files_.mount(router, prefix, entry);
        files_.mount(router, fmt::format("{}/", prefix), entry);
    }
}

}  // namespace roost::api
