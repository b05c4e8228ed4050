#include "core/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <cassert>
#include <iterator>

namespace roost::log {
namespace {

constexpr std::size_t longest_value = 200;  // bytes

std::shared_ptr<spdlog::logger> audit_logger;

// Asked by assertions alone.
[[maybe_unused]] bool is_name(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:/").find(c) != std::string_view::npos;
}

void append_value(std::string& line, std::string_view value) {
    const bool is_cut = value.size() > longest_value;
    value = value.substr(0, longest_value);
    if (!value.empty() && !is_cut && std::ranges::all_of(value, is_plain)) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        const bool is_printable = c >= ' ' && c <= '~';
        if (c == '"' || c == '\\') line += '\\';
        if (is_printable) line += c;
        else fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned char>(c));
    }
    line += is_cut ? "...\"" : "\"";
}

}  // namespace

void configure(std::string_view level, Audit audit) {
    auto logger = spdlog::stderr_color_mt("roost");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(std::string(level)));
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
    if (audit == Audit::on) audit_to(std::make_shared<spdlog::sinks::stderr_sink_mt>());
}

void audit(std::string_view event, std::initializer_list<AuditField> fields) {
    if (!audit_logger) return;
    assert(is_name(event));
    std::string line("event=");
    line += event;
    for (const auto& [name, value] : fields) {
        assert(is_name(name));
        line += ' ';
        line += name;
        line += '=';
        append_value(line, value);
    }
    audit_logger->info(std::string_view(line));
}

void audit_to(std::shared_ptr<spdlog::sinks::sink> sink) {
    audit_logger = sink ? std::make_shared<spdlog::logger>("audit", std::move(sink)) : nullptr;
    if (!audit_logger) return;
    audit_logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %n %v", spdlog::pattern_time_type::utc);
    audit_logger->flush_on(spdlog::level::info);
}

}  // namespace roost::log
