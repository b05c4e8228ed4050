#include "http/syntax.hpp"

#include <algorithm>

namespace roost::http {
namespace {

bool is_value_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(char c, std::string_view set) noexcept {
    return set.find(c) != std::string_view::npos;
}

bool is_token_char(char c) noexcept {
    return is_alphanumeric(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
}

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_field_value(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), is_value_char);
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view white = " \t";
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::string_view take_element(std::string_view& list) noexcept {
    return take_element(list, ',');
}

std::string_view take_element(std::string_view& list, char separator) noexcept {
    const auto end = list.find(separator);
    const auto element = list.substr(0, end);
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    return trimmed(element);
}

bool is_refused(std::string_view parameters) noexcept {
    while (!parameters.empty()) {
        auto value = take_element(parameters, ';');
        const auto name = take_element(value, '=');
        if (name != "q" && name != "Q") continue;
        return value.starts_with('0') && value.find_first_not_of("0.") == std::string_view::npos;
    }
    return false;
}

}  // namespace roost::http
