// Text types: a value of one of them satisfies its rule, so whoever gets one need not check it again.
//
// `TextOf<Rule>` is parsed from input once. A default-constructed one is "unset": an empty place in a struct
// that is being decoded, never a value that input produced. Texts are UTF-8 that was validated before (the
// JSON and query decoders do); lengths are in code points unless a rule says bytes.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace roost {

// What is wrong with a text: a code for programs, a sentence for people. Never holds the text itself.
struct TextFault {
    std::string_view code;
    std::string detail;
};

// Code points of valid UTF-8.
std::size_t count_code_points(std::string_view utf8) noexcept;
// True when `text` is empty or all of it is white space (Unicode's White_Space, and U+200B, U+FEFF).
bool is_blank(std::string_view utf8) noexcept;

namespace rules {
std::optional<TextFault> check_length(std::string_view text, std::size_t min, std::size_t max);
std::optional<TextFault> check_not_blank(std::string_view text);
std::optional<TextFault> check_no_nul(std::string_view text);
// 1 to `max` characters, each accepted by `allowed`; `description` says which.
std::optional<TextFault> check_characters(std::string_view text, std::size_t max, bool (*allowed)(char),
                                          std::string_view description);
// What check_not_blank and check_no_nul accept.
std::string not_blank_pattern();
// The inside of a character class: every white space character.
std::string_view blank_class() noexcept;
}  // namespace rules

// A rule as JSON Schema says it: lengths in code points, `pattern` an ECMA-262 regular expression (empty:
// none), `most_bytes` of UTF-8 where that is the narrower limit.
struct TextForm {
    std::size_t min_length = 0;
    std::size_t max_length = 0;
    std::string pattern;
    std::size_t most_bytes = 0;
};

// A Rule has `static std::optional<TextFault> check(std::string& text)`, which may normalise the text, and
// `static TextForm form()`, which says the same to others: a text that does not fit the one does not fit the
// other.
template <class Rule>
class TextOf {
public:
    using rule = Rule;

    TextOf() = default;
    // For constants of the program, which satisfy the rule.
    explicit TextOf(const char* literal) : text_(literal) { assert(!Rule::check(text_)); }

    // Sets `out`, or says what is wrong and leaves it.
    static std::optional<TextFault> parse(std::string text, TextOf& out) {
        if (auto fault = Rule::check(text)) return fault;
        out.text_ = std::move(text);
        return std::nullopt;
    }
    static std::optional<TextOf> from(std::string text) {
        TextOf out;
        if (parse(std::move(text), out)) return std::nullopt;
        return out;
    }

    [[nodiscard]] bool is_set() const noexcept { return !text_.empty(); }
    [[nodiscard]] const std::string& str() const& noexcept { return text_; }
    [[nodiscard]] std::string str() && noexcept { return std::move(text_); }
    bool operator==(const TextOf&) const = default;

private:
    std::string text_;
};

// Any text of Min to Max code points that is not only blank.
template <std::size_t Min, std::size_t Max>
struct LengthRule {
    static constexpr std::size_t min_length = Min;
    static constexpr std::size_t max_length = Max;
    static std::optional<TextFault> check(std::string& text) {
        if (auto fault = rules::check_length(text, Min, Max)) return fault;
        if (auto fault = rules::check_no_nul(text)) return fault;
        return rules::check_not_blank(text);
    }
    static TextForm form() { return {Min, Max, rules::not_blank_pattern(), 0}; }
};

template <std::size_t Min, std::size_t Max>
using Text = TextOf<LengthRule<Min, Max>>;

// What every client can hold exactly, those of JavaScript among them: the largest number that is taken.
inline constexpr std::int64_t greatest_exact = (std::int64_t{1} << 53) - 1;

// A whole number of Min to Max. Default-constructed it is unset, as texts are.
template <std::int64_t Min, std::int64_t Max>
class Integer {
public:
    static constexpr std::int64_t min = Min;
    static constexpr std::int64_t max = Max;
    static_assert(Min > INT64_MIN && Min <= Max);

    constexpr Integer() = default;
    constexpr explicit Integer(std::int64_t value) : value_(value) { assert(value >= Min && value <= Max); }

    static std::optional<Integer> from(std::int64_t value) {
        if (value < Min || value > Max) return std::nullopt;
        return Integer{value};
    }
    [[nodiscard]] constexpr bool is_set() const noexcept { return value_ >= Min; }
    [[nodiscard]] constexpr std::int64_t value() const noexcept { return value_; }
    bool operator==(const Integer&) const = default;

private:
    std::int64_t value_ = Min - 1;
};

}  // namespace roost
