// The REST documentation as a page: Swagger UI, compiled into the executable, on the server's own
// /openapi.json. Nothing of it comes from another host, and its policy forbids that.
#pragma once

#include "http/router.hpp"
#include "http/static_files.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace roost::api {

// Outlives the routers it is mounted on; used on every core. The server that mounts it answers
// /openapi.json, and the document's operations are called on the same origin.
class DocsUi {
public:
    DocsUi();

    // The page at `prefix` ("/swaggerui"), with and without a slash behind it, and its files below.
    void mount(http::Router& router, std::string_view prefix);

private:
    // A page and its tag differ by prefix, since the page names its files by their paths.
    struct Page {
        std::string html;
        std::string tag;
    };

    http::StaticFiles files_;
    std::deque<Page> pages_;  // stay where they are: routes refer to them
};

}  // namespace roost::api
