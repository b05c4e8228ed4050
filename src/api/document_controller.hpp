// The documents of the contract: OpenAPI and AsyncAPI, written once at the start.
#pragma once

#include "http/router.hpp"
#include "http/static_files.hpp"

#include <string>

namespace roost::api {

// Outlives the routers it is mounted on; used on every core.
class DocumentController {
public:
    DocumentController();
    void mount(http::Router& router);

private:
    struct Document {
        explicit Document(std::string text);
        std::string json;
        std::string tag;
    };
    void mount(http::Router& router, std::string_view path, const Document& document);

    Document openapi_;
    Document asyncapi_;
    http::StaticFiles files_;
};

}  // namespace roost::api
