#include "core/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace roost::log {

void configure(std::string_view level) {
    auto logger = spdlog::stderr_color_mt("roost");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(std::string(level)));
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace roost::log
