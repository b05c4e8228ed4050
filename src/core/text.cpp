#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace roost {
namespace {

// Every white space character beyond ASCII, in UTF-8.
constexpr std::array<std::string_view, 20> wide_blanks{
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
constexpr std::string_view byte_order_mark = "\ufeff";

std::size_t blank_prefix(std::string_view text) {
    const char first = text.front();
    if (first == ' ' || (first >= '\t' && first <= '\r')) return 1;
    for (const auto blank : wide_blanks)
        if (text.starts_with(blank)) return blank.size();
    return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_blank(std::string_view utf8) noexcept {
    while (!utf8.empty()) {
        const auto blank = blank_prefix(utf8);
        if (blank == 0) return false;
        utf8.remove_prefix(blank);
    }
    return true;
}

namespace rules {

std::optional<TextFault> check_length(std::string_view text, std::size_t min, std::size_t max) {
    const auto length = count_code_points(text);
    if (length < min) return TextFault{"too_short", fmt::format("must have at least {} characters", min)};
    if (length > max) return TextFault{"too_long", fmt::format("must have at most {} characters", max)};
    return std::nullopt;
}

std::optional<TextFault> check_not_blank(std::string_view text) {
    if (is_blank(text)) return TextFault{"blank", "must not be only white space"};
    return std::nullopt;
}

std::optional<TextFault> check_no_nul(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        return TextFault{"nul_character", "must not contain U+0000"};
    return std::nullopt;
}

std::string_view blank_class() noexcept {
    return R"(\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff)";
}

std::string not_blank_pattern() {
    return fmt::format(R"(^[^\u0000]*[^\u0000{}][^\u0000]*$)", blank_class());
}

std::optional<TextFault> check_characters(std::string_view text, std::size_t max, bool (*allowed)(char),
                                          std::string_view description) {
    if (text.empty() || text.size() > max || !std::ranges::all_of(text, allowed))
        return TextFault{"format", fmt::format("must be 1 to {} characters of {}", max, description)};
    return std::nullopt;
}

}  // namespace rules
}  // namespace roost
