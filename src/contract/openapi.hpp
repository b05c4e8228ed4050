// The OpenAPI 3.1 document of all endpoints, written from their values.
#pragma once

#include <string>

namespace roost::contract {

// JSON. Made anew at each call: tens of kilobytes.
std::string openapi_json();

}  // namespace roost::contract
