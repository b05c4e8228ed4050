#include "api/document_controller.hpp"

#include "contract/asyncapi.hpp"
#include "contract/documents.hpp"
#include "contract/openapi.hpp"

#include <fmt/format.h>

#include <functional>

namespace roost::api {

DocumentController::Document::Document(std::string text)
    : json(std::move(text)), tag(fmt::format("{:016x}", std::hash<std::string>{}(json))) {}

DocumentController::DocumentController()
    : openapi_(contract::openapi_json()), asyncapi_(contract::asyncapi_json()) {}

void DocumentController::mount(http::Router& router) {
    mount(router, contract::openapi_document.path, openapi_);
    mount(router, contract::openapi_document_of_api.path, openapi_);
    mount(router, contract::asyncapi_document.path, asyncapi_);
}

void DocumentController::mount(http::Router& router, std::string_view path, const Document& document) {
    files_.mount(router, path,
                 {.name = "document.json", .content = document.json, .gzip = {}, .tag = document.tag});
}

}  // namespace roost::api
