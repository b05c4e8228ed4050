// A parsed JSON document, without showing the parser to whoever reads it.
#pragma once

#include "core/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::schema {

// A view of one value of the document parsed last on this thread; good until the next parse there.
class JsonValue {
public:
    enum class Kind { object, array, string, integer, real, boolean, null };

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] std::string_view string() const;  // of Kind::string
    [[nodiscard]] std::int64_t integer() const;     // of Kind::integer
    // A whole number however it is written: 100, 1e2 and 100.0 are one (JSON Schema, "integer"). Nothing for
    // other kinds, and for reals beyond what a double holds exactly.
    [[nodiscard]] std::optional<std::int64_t> maybe_integer() const;
    [[nodiscard]] bool boolean() const;  // of Kind::boolean
    struct Member;
    [[nodiscard]] std::vector<Member> members() const;  // of Kind::object, in the document's order
    // Of Kind::array; no more than the first `most`.
    [[nodiscard]] std::vector<JsonValue> elements(std::size_t most = ~std::size_t{0}) const;
    // True when a string or a key in it holds U+0000, which PostgreSQL's text cannot.
    [[nodiscard]] bool holds_nul() const;

private:
    friend struct JsonAccess;
    alignas(std::size_t) std::array<std::byte, 2 * sizeof(std::size_t)> element_{};
};

struct JsonValue::Member {
    std::string_view key;
    JsonValue value;
};

// Parses a whole document: UTF-8, at most 32 levels deep, integers of at most 64 bits.
// Fails with malformed_json. The text may be let go afterwards.
Result<JsonValue> parse_json(std::string_view text);

// The text of each member's value of `object`, the text of a valid JSON object; in the document's order.
std::vector<std::string_view> member_texts(std::string_view object);
// The text of each element of `array`, the text of a valid JSON array; no more than the first `most`, and
// what is behind them is not looked at.
std::vector<std::string_view> element_texts(std::string_view array, std::size_t most = ~std::size_t{0});

}  // namespace roost::schema
