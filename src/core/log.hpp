// The log: one line per event on standard error, `time level message`. Never give it a token, a password,
// a payload, a query string or the text of an exception that may hold one.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace roost::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// Once, at the start of main. `level`: debug, info, warning, error or off.
void configure(std::string_view level);

}  // namespace roost::log
