// JSON and query strings to values: one walk over described structs, which finds every fault in one go.
//
// A member is optional when its type is std::optional, or when the struct gives it a default
// (`RoomSlug room{"lobby"}`). Members that the struct does not have, and members that come twice, are faults:
// what we would ignore, a client believes we did. A fault has a JSON pointer, and never the value.
#pragma once

#include "core/result.hpp"
#include "schema/encode.hpp"
#include "schema/json_value.hpp"

#include <charconv>
#include <span>
#include <utility>

namespace roost::schema {

// What a member that a struct does not have is: a fault, or nothing.
enum class Unknown : bool { refused, ignored };

// Collects faults while the walk goes down; `at` is the JSON pointer of where it is.
class Faults {
public:
    static constexpr std::size_t most = 50;

    explicit Faults(Unknown unknown = Unknown::refused) : unknown_(unknown) {}
    [[nodiscard]] Unknown unknown() const noexcept { return unknown_; }

    void add(std::string_view code, std::string detail);
    // A fault at a member of where the walk is. The name of an unknown member is given only when it is short.
    void add_at(std::string_view member, std::string_view code, std::string detail);
    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    std::vector<Fault> take() && { return std::move(list_); }

    class Scope {
    public:
        Scope(Faults& faults, std::string_view member);
        ~Scope() { faults_.at_.resize(length_); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        Faults& faults_;
        std::size_t length_;
    };

private:
    std::string at_;
    std::vector<Fault> list_;
    Unknown unknown_;
};

// One value on its way in: the parsed value, and its text where that is wanted as it came.
struct Input {
    JsonValue value;
    std::string_view text;
};

template <class Rule>
void decode(const Input& in, TextOf<Rule>& out, Faults& faults) {
    if (in.value.kind() != JsonValue::Kind::string) return faults.add("type", "must be a string");
    if (auto fault = TextOf<Rule>::parse(std::string(in.value.string()), out))
        faults.add(fault->code, std::move(fault->detail));
}

void decode_integer(std::optional<std::int64_t> value, std::int64_t min, std::int64_t max, Faults& faults);

template <std::int64_t Min, std::int64_t Max>
void decode(const Input& in, Integer<Min, Max>& out, Faults& faults) {
    const auto value = in.value.maybe_integer();
    decode_integer(value, Min, Max, faults);
    if (value) out = Integer<Min, Max>::from(*value).value_or(out);
}

void decode(const Input& in, JsonObject& out, Faults& faults);
void decode(const Input& in, bool& out, Faults& faults);
void decode(const Input& in, MessageId& out, Faults& faults);

template <class Tag>
void decode(const Input& in, Id<Tag>& out, Faults& faults) {
    Integer<1, greatest_exact> id;
    decode(in, id, faults);
    if (id.is_set()) out = Id<Tag>{id.value()};
}

template <class T>
void decode(const Input& in, std::optional<T>& out, Faults& faults) {
    decode(in, out.emplace(), faults);
}

template <Described T>
void decode(const Input& in, T& out, Faults& faults);

namespace detail {

template <class T>
bool may_be_absent(const T& member) {
    if constexpr (is_optional<T>) return true;
    else if constexpr (requires { member.is_set(); }) return member.is_set();
    else return false;  // an id, a flag: no value of theirs says that there is none
}

// Calls `set(name, index of the described member)` rules: finds the member by name or reports it.
template <class T, class Each>
bool for_member(std::string_view name, Each each) {
    bool found = false;
    std::size_t index = 0;
    for_each_member<T>([&](auto descriptor) {
        if (!found && name == json_name(descriptor.name)) {
            found = true;
            each(descriptor, index);
        }
        ++index;
    });
    return found;
}

template <class T>
void report_absent(const T& out, const std::vector<bool>& seen, Faults& faults) {
    std::size_t index = 0;
    for_each_member<T>([&](auto descriptor) {
        if (!seen[index++] && !may_be_absent(out.*descriptor.pointer))
            faults.add_at(json_name(descriptor.name), "required", "is required");
    });
}

}  // namespace detail

template <Described T>
void decode(const Input& in, T& out, Faults& faults) {
    if (in.value.kind() != JsonValue::Kind::object) return faults.add("type", "must be an object");
    std::vector<bool> seen(boost::mp11::mp_size<Members<T>>::value);
    const auto texts = member_texts(in.text);
    std::size_t place = 0;
    for (const auto& [key, value] : in.value.members()) {
        const Input member{value, texts[place++]};
        const bool known = detail::for_member<T>(key, [&](auto descriptor, std::size_t index) {
            const Faults::Scope scope(faults, json_name(descriptor.name));
            if (seen[index]) return faults.add("duplicate", "must be given once");
            seen[index] = true;
            decode(member, out.*descriptor.pointer, faults);
        });
        if (!known && faults.unknown() == Unknown::refused)
            faults.add_at(key, "unknown", "is not a known member");
    }
    detail::report_absent(out, seen, faults);
}

// A whole body or payload. Fails with malformed_json, or invalid_input with every fault.
template <Described T>
Result<T> decode_json(std::string_view text, Unknown unknown = Unknown::refused) {
    const auto value = parse_json(text);
    if (!value) return value.error();
    Faults faults(unknown);
    T out{};
    decode(Input{*value, text}, out, faults);
    if (!faults.empty()) return Problem(Errc::invalid_input, std::move(faults).take());
    return out;
}

using QueryPairs = std::span<const std::pair<std::string, std::string>>;

template <class Rule>
void decode_text(const std::string& in, TextOf<Rule>& out, Faults& faults) {
    if (auto fault = TextOf<Rule>::parse(in, out)) faults.add(fault->code, std::move(fault->detail));
}

template <std::int64_t Min, std::int64_t Max>
void decode_text(const std::string& in, Integer<Min, Max>& out, Faults& faults) {
    std::optional<std::int64_t> value = 0;
    const auto [end, error] = std::from_chars(in.data(), in.data() + in.size(), *value);
    if (error != std::errc{} || end != in.data() + in.size()) value.reset();
    decode_integer(value, Min, Max, faults);
    if (value) out = Integer<Min, Max>::from(*value).value_or(out);
}

template <class Tag>
void decode_text(const std::string& in, Id<Tag>& out, Faults& faults) {
    Integer<1, greatest_exact> id;
    decode_text(in, id, faults);
    if (id.is_set()) out = Id<Tag>{id.value()};
}

template <class T>
void decode_text(const std::string& in, std::optional<T>& out, Faults& faults) {
    decode_text(in, out.emplace(), faults);
}

void decode_text(const std::string& in, MessageId& out, Faults& faults);

// A query string's pairs, decoded. The last of equal names wins (protocol.md 12). Unknown names are faults.
template <Described T>
Result<T> decode_query(QueryPairs pairs) {
    Faults faults;
    T out{};
    std::vector<bool> seen(boost::mp11::mp_size<Members<T>>::value);
    for (std::size_t i = pairs.size(); i-- > 0;) {
        const auto& [name, value] = pairs[i];
        const bool known = detail::for_member<T>(name, [&](auto descriptor, std::size_t index) {
            if (seen[index]) return;
            seen[index] = true;
            const Faults::Scope scope(faults, json_name(descriptor.name));
            decode_text(value, out.*descriptor.pointer, faults);
        });
        if (!known) faults.add_at(name, "unknown", "is not a known parameter");
    }
    detail::report_absent(out, seen, faults);
    if (!faults.empty()) return Problem(Errc::invalid_input, std::move(faults).take());
    return out;
}

}  // namespace roost::schema
