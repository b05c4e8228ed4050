#include "accounts/account.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace roost::accounts {
namespace {

constexpr std::size_t email_min = 3, email_max = 160;             // characters
constexpr std::size_t password_min = 8, password_max_bytes = 72;  // characters; bytes

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool has_control_or_space(std::string_view text) {
    for (std::size_t at = 0, next = 0; at < text.size(); at = next) {
        next = at + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
        const auto first = static_cast<unsigned char>(text[at]);
        if (first <= ' ' || first == 0x7FU || is_blank(text.substr(at, next - at))) return true;
    }
    return false;
}

}  // namespace

std::optional<TextFault> EmailRule::check(std::string& text) {
    if (auto fault = rules::check_length(text, email_min, email_max)) return fault;
    const auto at = text.find('@');
    if (at == std::string::npos || at == 0 || at + 1 == text.size() ||
        text.find('@', at + 1) != std::string::npos || has_control_or_space(text))
        return TextFault{"format", "must be an e-mail address"};
    std::ranges::transform(text, text.begin(), lower);
    return std::nullopt;
}

TextForm EmailRule::form() {
    const auto part = fmt::format(R"([^@\u0000-\u0020\u007f{}]+)", rules::blank_class());
    return {email_min, email_max, fmt::format("^{0}@{0}$", part), 0};
}

std::optional<TextFault> PasswordRule::check(std::string& text) {
    if (auto fault = rules::check_length(text, password_min, password_max_bytes)) return fault;
    if (text.size() > password_max_bytes) return TextFault{"too_long", "must have at most 72 bytes"};
    return rules::check_no_nul(text);
}

TextForm PasswordRule::form() {
    return {password_min, password_max_bytes, R"(^[^\u0000]*$)", password_max_bytes};
}

}  // namespace roost::accounts
