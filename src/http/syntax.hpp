// The letters of HTTP (RFC 9110 section 5): what a token and a field's value are made of.
#pragma once

#include <string_view>

namespace roost::http {

bool is_digit(char c) noexcept;
bool is_alphanumeric(char c) noexcept;
bool is_one_of(char c, std::string_view set) noexcept;

// RFC 9110 `tchar`.
bool is_token_char(char c) noexcept;
bool is_token(std::string_view text) noexcept;  // at least one of them

// No control characters but tabs.
bool is_field_value(std::string_view text) noexcept;

// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text) noexcept;

// The first element of a comma list, trimmed, perhaps empty; `list` is what follows it. For `while
// (!list.empty())`.
std::string_view take_element(std::string_view& list) noexcept;

// The same for any separator.
std::string_view take_element(std::string_view& list, char separator) noexcept;

// Of an Accept or Accept-Encoding element what stands behind its name: a weight of nought, "q=0" to
// "q=0.000", means "not this one" (RFC 9110 section 12.4.2).
bool is_refused(std::string_view parameters) noexcept;

}  // namespace roost::http
