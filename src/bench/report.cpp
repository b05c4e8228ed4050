#include "bench/report.hpp"

#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

namespace roost::bench {
namespace {

using Value = Report::Value;

// A double as JSON has it: no infinity, and no digits beyond what was measured.
std::string text_of(double number) {
    if (!std::isfinite(number)) return "0";
    return fmt::format("{}", std::round(number * 1000) / 1000);
}

std::string json_of(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    if (const auto* real = std::get_if<double>(&value)) return text_of(*real);
    std::string out;
    schema::append_string(out, std::get<std::string>(value));
    return out;
}

std::string grouped(std::int64_t number) {
    auto digits = fmt::format("{}", number < 0 ? -number : number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return (number < 0 ? "-" : "") + digits;
}

std::string words_of(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return grouped(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    const auto real = std::get<double>(value);
    if (std::abs(real) >= 1000) return grouped(std::llround(real));
    return fmt::format("{:.{}f}", real, std::abs(real) >= 100 ? 1 : 3);
}

std::string duration(double ns) {
    if (ns < 1e6) return fmt::format("{:.0f} us", ns / 1e3);
    return ns < 1e9 ? fmt::format("{:.1f} ms", ns / 1e6) : fmt::format("{:.2f} s", ns / 1e9);
}

std::string label_of(std::string_view path) {
    std::string label(path.ends_with('.') ? path.substr(0, path.size() - 1) : path);
    std::ranges::replace(label, '.', ' ');
    std::ranges::replace(label, '_', ' ');
    return label;
}

std::size_t shared_objects(std::string_view one, std::string_view other) {
    std::size_t shared = 0;
    for (std::size_t at = 0; at < std::min(one.size(), other.size()) && one[at] == other[at]; ++at)
        if (one[at] == '.') shared = at + 1;
    return shared;
}

std::size_t depth_of(std::string_view path) {
    return static_cast<std::size_t>(std::ranges::count(path, '.'));
}

}  // namespace

void Report::add_latency(const std::string& name, const Histogram& histogram) {
    if (histogram.count() == 0) return;
    std::string line;
    const auto add_time = [&](std::string_view figure, std::string_view label, double ns) {
        add(fmt::format("{}.{}_us", name, figure), ns / 1000);
        line += fmt::format("  {} {}", label, duration(ns));
    };
    add(name + ".count", histogram.count());
    constexpr std::array<std::tuple<const char*, const char*, double>, 4> percentiles{
        {{"p50", "p50", 50}, {"p90", "p90", 90}, {"p99", "p99", 99}, {"p999", "p99.9", 99.9}}};
    add_time("mean", "mean", histogram.mean());
    for (const auto& [figure, label, percent] : percentiles)
        add_time(figure, label, static_cast<double>(histogram.percentile(percent)));
    add_time("max", "max", static_cast<double>(histogram.max()));
    latencies_.push_back({name + '.', std::move(line)});
}

void Report::fail(std::string sentence) {
    if (failure_.empty()) failure_ = std::move(sentence);
}

std::string Report::json() const {
    std::string out = "{";
    std::string_view before;  // the path of the object that is open
    for (const auto& [name, value] : figures_) {
        const std::string_view path = std::string_view(name).substr(0, name.rfind('.') + 1);
        const auto shared = shared_objects(before, path);
        out.append(depth_of(before.substr(shared)), '}');
        if (out.back() != '{') out += ',';
        auto opened = path.substr(shared);
        while (!opened.empty()) {
            schema::append_string(out, opened.substr(0, opened.find('.')));
            out += ":{";
            opened.remove_prefix(opened.find('.') + 1);
        }
        schema::append_string(out, std::string_view(name).substr(path.size()));
        out += ':' + json_of(value);
        before = path;
    }
    out.append(depth_of(before), '}');
    out += R"(,"warnings":[)";
    for (const auto& warning : warnings_) {
        if (&warning != warnings_.data()) out += ',';
        schema::append_string(out, warning);
    }
    out += R"(],"failure":)";
    if (failure_.empty()) out += "null";
    else schema::append_string(out, failure_);
    return out + "}\n";
}

std::string Report::table() const {
    std::string out;
    for (auto figure = figures_.begin(); figure != figures_.end();) {
        const auto latency = std::ranges::find_if(
            latencies_, [&](const Latency& one) { return figure->name.starts_with(one.path); });
        if (latency == latencies_.end()) {
            out += fmt::format("{:<40}{:>14}\n", label_of(figure->name), words_of(figure->value));
            ++figure;
            continue;
        }
        out += fmt::format("{}{}\n", label_of(latency->path), latency->line);
        while (figure != figures_.end() && figure->name.starts_with(latency->path)) ++figure;
    }
    for (const auto& warning : warnings_) out += fmt::format("\nWarning: {}\n", warning);
    if (!failure_.empty()) out += fmt::format("\nFAILED: {}\n", failure_);
    return out;
}

}  // namespace roost::bench
