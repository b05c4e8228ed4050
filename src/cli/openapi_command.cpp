#include "cli/commands.hpp"
#include "contract/asyncapi.hpp"
#include "contract/openapi.hpp"

#include <fmt/format.h>

namespace roost::cli {

int openapi(bool of_channels) {
    fmt::print("{}\n", of_channels ? contract::asyncapi_json() : contract::openapi_json());
    return 0;
}

}  // namespace roost::cli
