// The endpoints that give the documents of this contract.
#pragma once

#include "contract/endpoint.hpp"
#include "schema/described.hpp"
#include "schema/member_docs.hpp"

namespace roost::contract {

// A JSON document that is written elsewhere (openapi.hpp, asyncapi.hpp).
struct Document {};
BOOST_DESCRIBE_STRUCT(Document, (), ())

inline const auto openapi_document = get("/openapi.json")
                                         .named("openapi", "Documents", "This document (OpenAPI 3.1)")
                                         .without_database()
                                         .gives<Document>(200, "The document.");
inline const auto openapi_document_of_api =
    get("/api/openapi")
        .named("api_openapi", "Documents", "This document (OpenAPI 3.1), under the path of the API")
        .without_database()
        .gives<Document>(200, "The document.");
inline const auto asyncapi_document = get("/asyncapi.json")
                                          .named("asyncapi", "Documents", "The channels (AsyncAPI 3.0)")
                                          .without_database()
                                          .gives<Document>(200, "The document.");

}  // namespace roost::contract
