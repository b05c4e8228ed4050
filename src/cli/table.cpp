#include "cli/table.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <string_view>

namespace roost::cli {
namespace {

constexpr std::string_view replacement = "\ufffd";

// The code point that starts at `at`, of valid UTF-8.
std::string_view code_point_at(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    return text.substr(at, end - at);
}

// Control characters of ASCII and of Latin-1, and the marks that set the direction of writing.
bool is_command(std::string_view point) {
    const auto first = static_cast<unsigned char>(point.front());
    if (point.size() == 1) return first < ' ' || first == 0x7F;
    if (point.size() == 2) return point >= "\u0080" && point <= "\u009f";
    return (point >= "\u200e" && point <= "\u200f") || (point >= "\u2028" && point <= "\u202e") ||
           (point >= "\u2066" && point <= "\u2069");
}

std::string harmless(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        out += is_command(point) ? replacement : point;
        at += point.size();
    }
    return out;
}

}  // namespace

std::string table(std::vector<std::vector<std::string>> rows) {
    std::vector<std::size_t> widths;
    for (auto& row : rows) {
        widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = harmless(row[i]);
            widths[i] = std::max(widths[i], count_code_points(row[i]));
        }
    }
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            if (i + 1 < row.size()) out.append(widths[i] - count_code_points(row[i]) + 2, ' ');
        }
        out += '\n';
    }
    return out;
}

}  // namespace roost::cli
