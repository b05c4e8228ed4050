// The AsyncAPI 3.0 document of all channels, written from their events.
#pragma once

#include <string>

namespace roost::contract {

// JSON. Made anew at each call: tens of kilobytes.
std::string asyncapi_json();

}  // namespace roost::contract
