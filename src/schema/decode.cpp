#include "schema/decode.hpp"

#include <fmt/format.h>

namespace roost::schema {
namespace {

// RFC 6901: "~" and "/" are escaped.
void append_pointer(std::string& pointer, std::string_view member) {
    pointer += '/';
    for (const char c : member) {
        if (c == '~') pointer += "~0";
        else if (c == '/') pointer += "~1";
        else pointer += c;
    }
}

constexpr std::size_t longest_name_shown = 64;

}  // namespace

void Faults::add(std::string_view code, std::string detail) {
    if (list_.size() < most) list_.push_back({at_, code, std::move(detail)});
}

void Faults::add_at(std::string_view member, std::string_view code, std::string detail) {
    if (member.size() > longest_name_shown) return add(code, "a member: " + detail);
    const Scope scope(*this, member);
    add(code, std::move(detail));
}

Faults::Scope::Scope(Faults& faults, std::string_view member) : faults_(faults), length_(faults.at_.size()) {
    append_pointer(faults.at_, member);
}

void decode_integer(std::optional<std::int64_t> value, std::int64_t min, std::int64_t max, Faults& faults) {
    if (!value) return faults.add("type", "must be a whole number of at most 64 bits");
    if (*value < min) return faults.add("too_small", fmt::format("must be at least {}", min));
    if (*value > max) return faults.add("too_large", fmt::format("must be at most {}", max));
}

void decode(const Input& in, bool& out, Faults& faults) {
    if (in.value.kind() != JsonValue::Kind::boolean) return faults.add("type", "must be true or false");
    out = in.value.boolean();
}

void decode(const Input& in, MessageId& out, Faults& faults) {
    if (in.value.kind() != JsonValue::Kind::string) return faults.add("type", "must be a string");
    decode_text(std::string(in.value.string()), out, faults);
}

void decode_text(const std::string& in, MessageId& out, Faults& faults) {
    const auto id = MessageId::parse(in);
    if (!id) return faults.add("format", "must be a message's id, such as 1-42");
    out = *id;
}

void decode(const Input& in, JsonObject& out, Faults& faults) {
    if (in.value.kind() != JsonValue::Kind::object) return faults.add("type", "must be an object");
    if (in.text.size() > JsonObject::max_bytes)
        return faults.add("too_long", fmt::format("must be at most {} bytes of JSON", JsonObject::max_bytes));
    if (in.value.holds_nul()) return faults.add("nul_character", "must not contain U+0000");
    out = JsonObject::trusted(std::string(in.text));
}

}  // namespace roost::schema
