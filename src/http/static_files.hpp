// Files that are part of the executable, served by their paths: a page, its script, its style.
//
// They change only with the program, so a browser asks each time and is told 304 for as long as its copy is
// the same (strong ETag, RFC 9110 section 13). Where a compressed form was built in, clients that accept
// gzip get that.
#pragma once

#include "http/router.hpp"

#include <string_view>
#include <utility>

namespace roost::http {

// Views into the executable, or into what lives as long as the StaticFiles that serve it.
struct StaticFile {
    std::string_view name;  // its ending says the content type
    std::string_view content;
    std::string_view gzip;  // the content compressed; empty: there is no such form
    std::string_view tag;   // another content has another one; letters and digits
};

// "text/css; charset=utf-8" for "page.css"; plain text for a name without an ending, and bytes for one that
// is not known.
std::string_view content_type_of(std::string_view name) noexcept;

// Filled before the first request, then used unchanged by all cores. Outlives the router's requests.
class StaticFiles {
public:
    // `headers` go with every answer.
    explicit StaticFiles(Headers headers = {}) : headers_(std::move(headers)) {}
    StaticFiles(const StaticFiles&) = delete;
    StaticFiles& operator=(const StaticFiles&) = delete;

    // GET and HEAD of `path` answer with `file`.
    void mount(Router& router, std::string_view path, const StaticFile& file);

    // 200, or 304 when the request says that the client has this content.
    [[nodiscard]] Response answer(const Request& request, const StaticFile& file) const;

private:
    Task<Response> serve(const Request& request, StaticFile file) const;

    Headers headers_;
};

}  // namespace roost::http
