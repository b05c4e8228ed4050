#include "schema/json_value.hpp"

#include "core/text.hpp"

#include <simdjson.h>

#include <bit>
#include <cmath>

namespace roost::schema {

namespace dom = simdjson::dom;

constexpr std::size_t max_depth = 32;

struct JsonAccess {
    static JsonValue wrap(dom::element element) {
        static_assert(sizeof(dom::element) == sizeof(JsonValue) &&
                      std::is_trivially_copyable_v<dom::element>);
        return std::bit_cast<JsonValue>(element);
    }
    static dom::element unwrap(const JsonValue& value) { return std::bit_cast<dom::element>(value); }
};

JsonValue::Kind JsonValue::kind() const {
    switch (JsonAccess::unwrap(*this).type()) {
        case dom::element_type::OBJECT: return Kind::object;
        case dom::element_type::ARRAY: return Kind::array;
        case dom::element_type::STRING: return Kind::string;
        case dom::element_type::INT64: return Kind::integer;
        case dom::element_type::BOOL: return Kind::boolean;
        case dom::element_type::NULL_VALUE: return Kind::null;
        default: return Kind::real;  // doubles, and integers over int64 that fit 64 bits unsigned
    }
}

std::string_view JsonValue::string() const {
    return JsonAccess::unwrap(*this).get_string().value_unsafe();
}

std::int64_t JsonValue::integer() const {
    return JsonAccess::unwrap(*this).get_int64().value_unsafe();
}

std::optional<std::int64_t> JsonValue::maybe_integer() const {
    if (kind() == Kind::integer) return integer();
    const auto element = JsonAccess::unwrap(*this);
    if (!element.is_double()) return std::nullopt;
    const double real = element.get_double().value_unsafe();
    if (std::trunc(real) != real || std::abs(real) > static_cast<double>(greatest_exact)) return std::nullopt;
    return static_cast<std::int64_t>(real);
}

bool JsonValue::boolean() const {
    return JsonAccess::unwrap(*this).get_bool().value_unsafe();
}

std::vector<JsonValue::Member> JsonValue::members() const {
    std::vector<Member> members;
    for (const auto field : JsonAccess::unwrap(*this).get_object().value_unsafe())
        members.push_back({field.key, JsonAccess::wrap(field.value)});
    return members;
}

std::vector<JsonValue> JsonValue::elements(std::size_t most) const {
    std::vector<JsonValue> elements;
    for (const auto element : JsonAccess::unwrap(*this).get_array().value_unsafe()) {
        if (elements.size() == most) break;
        elements.push_back(JsonAccess::wrap(element));
    }
    return elements;
}

bool JsonValue::holds_nul() const {
    const auto has_nul = [](std::string_view text) { return text.find('\0') != std::string_view::npos; };
    switch (kind()) {
        case Kind::string: return has_nul(string());
        case Kind::array:
            for (const auto& element : elements())
                if (element.holds_nul()) return true;
            return false;
        case Kind::object:
            for (const auto& [key, value] : members())
                if (has_nul(key) || value.holds_nul()) return true;
            return false;
        default: return false;
    }
}

Result<JsonValue> parse_json(std::string_view text) {
    thread_local dom::parser parser;
    thread_local const bool ready = parser.allocate(4096, max_depth) == simdjson::SUCCESS;
    if (!ready) throw std::bad_alloc();
    if (text.empty()) return Problem(Errc::malformed_json);  // its address may be none at all
    const auto document = parser.parse(text.data(), text.size());
    if (document.error() == simdjson::MEMALLOC) throw std::bad_alloc();
    if (document.error() != simdjson::SUCCESS) return Problem(Errc::malformed_json);
    return JsonAccess::wrap(document.value_unsafe());
}

namespace {

// Scans text that was validated: no need to look for faults, only for where a value ends.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }
    [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return text_[at_]; }
    void step() { ++at_; }

    std::string_view value() {
        skip_space();
        const auto start = at_;
        if (peek() == '"') {
            skip_string();
        } else if (peek() == '{' || peek() == '[') {
            skip_nested();
        } else {
            while (!ended() && std::string_view(",]} \t\r\n").find(peek()) == std::string_view::npos) ++at_;
        }
        return text_.substr(start, at_ - start);
    }

private:
    void skip_string() {
        for (++at_; text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        ++at_;
    }
    void skip_nested() {
        std::size_t depth = 0;
        do {
            const char c = text_[at_];
            if (c == '"') {
                skip_string();
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            ++at_;
        } while (depth > 0);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::vector<std::string_view> child_texts(std::string_view container, bool has_keys, std::size_t most) {
    std::vector<std::string_view> texts;
    Scanner scan(container);
    scan.skip_space();
    scan.step();  // { or [
    scan.skip_space();
    while (texts.size() < most && scan.peek() != '}' && scan.peek() != ']') {
        if (has_keys) {
            scan.value();
            scan.skip_space();
            scan.step();  // :
        }
        texts.push_back(scan.value());
        scan.skip_space();
        if (scan.peek() == ',') scan.step();
        scan.skip_space();
    }
    return texts;
}

}  // namespace

std::vector<std::string_view> member_texts(std::string_view object) {
    return child_texts(object, true, ~std::size_t{0});
}

std::vector<std::string_view> element_texts(std::string_view array, std::size_t most) {
    return child_texts(array, false, most);
}

}  // namespace roost::schema
