// JSON Schema (2020-12) of the types that are decoded and encoded: the same walk over described structs, so
// that what the document says is what the decoder does. A struct becomes a component, referred to by its
// name.
//
// Beyond the standard: `x-max-bytes`, the largest number of bytes of UTF-8, where that is narrower than
// maxLength (a password), and for an object the bytes of its JSON text.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/json_object.hpp"
#include "core/text.hpp"
#include "schema/encode.hpp"
#include "schema/json_writer.hpp"
#include "schema/member_docs.hpp"

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace roost::schema {

// What is read from clients, where unknown members are refused, or what is written to them.
enum class Direction { in, out };

// The components of one document, gathered while its schemas are written.
class Schemas {
public:
    // The keywords for T, into an object that is open: a reference for a struct.
    template <class T>
    void write_type(JsonWriter& out, Direction direction);
    // The schema of a member, a whole object; with the default that `value`, of a default-constructed struct,
    // shows.
    template <class T>
    void write_member(JsonWriter& out, Direction direction, const MemberDoc& doc, const T& value);

    // name → schema.
    [[nodiscard]] const std::map<std::string, std::string>& components() const noexcept {
        return components_;
    }
    void add(std::string name, std::string schema) {
        components_.emplace(std::move(name), std::move(schema));
    }

private:
    template <Described T>
    std::string object(Direction direction);

    std::map<std::string, std::string> components_;
};

namespace detail {

void write_form(JsonWriter& out, const TextForm& form);
void write_range(JsonWriter& out, std::int64_t min, std::int64_t max);
void write_reference(JsonWriter& out, std::string_view component);
// An object of JSON of any kind, without U+0000.
void write_any_object(JsonWriter& out, Schemas& schemas);

template <class T>
struct TypeOf;
template <class T>
struct TypeOf<std::optional<T>> {
    static void write(JsonWriter& out, Direction direction, Schemas& schemas) {
        schemas.write_type<T>(out, direction);
    }
};
template <class T>
struct TypeOf<std::vector<T>> {
    static void write(JsonWriter& out, Direction direction, Schemas& schemas) {
        out.member("type", "array").key("items").open_object();
        schemas.write_type<T>(out, direction);
        out.close_object();
    }
};
template <class Rule>
struct TypeOf<TextOf<Rule>> {
    static void write(JsonWriter& out, Direction, Schemas&) { write_form(out, Rule::form()); }
};
template <std::int64_t Min, std::int64_t Max>
struct TypeOf<Integer<Min, Max>> {
    static void write(JsonWriter& out, Direction, Schemas&) { write_range(out, Min, Max); }
};
// 0 is nobody: the author of a message whose account was removed.
template <class Tag>
struct TypeOf<Id<Tag>> {
    static void write(JsonWriter& out, Direction direction, Schemas&) {
        write_range(out, direction == Direction::in ? 1 : 0, greatest_exact);
    }
};
template <>
struct TypeOf<std::int64_t> {
    static void write(JsonWriter& out, Direction, Schemas&) { write_range(out, 0, greatest_exact); }
};
template <>
struct TypeOf<bool> {
    static void write(JsonWriter& out, Direction, Schemas&) { out.member("type", "boolean"); }
};
template <>
struct TypeOf<std::string> {
    static void write(JsonWriter& out, Direction, Schemas&) { out.member("type", "string"); }
};
template <>
struct TypeOf<Timestamp> {
    static void write(JsonWriter& out, Direction, Schemas&) {
        out.member("type", "string").member("format", "date-time");
    }
};
template <>
struct TypeOf<MessageId> {
    static void write(JsonWriter& out, Direction, Schemas&) {
        out.member("type", "string").member("pattern", MessageId::pattern);
    }
};
template <>
struct TypeOf<JsonObject> {
    static void write(JsonWriter& out, Direction, Schemas& schemas) { write_any_object(out, schemas); }
};

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

// See schema/encoded.hpp.
template <class T>
inline constexpr bool is_encoded = false;

// Required: no optional, and without a default.
template <class T>
bool is_required(const T& value) {
    if constexpr (is_optional<T>) return false;
    else if constexpr (requires { value.is_set(); }) return !value.is_set();
    else return true;
}

}  // namespace detail

template <class T>
void Schemas::write_type(JsonWriter& out, Direction direction) {
    if constexpr (Described<T>) {
        const std::string name(type_name<T>());
        if (!components_.contains(name)) {
            components_.emplace(name, std::string());  // for a struct that refers to itself
            components_[name] = object<T>(direction);
        }
        detail::write_reference(out, name);
    } else {
        detail::TypeOf<T>::write(out, direction, *this);
    }
}

template <class T>
void Schemas::write_member(JsonWriter& out, Direction direction, const MemberDoc& doc, const T& value) {
    out.open_object();
    write_type<T>(out, direction);
    if (!doc.description.empty()) out.member("description", doc.description);
    if (!doc.example.empty()) out.key("examples").open_array().raw(doc.example).close_array();
    if constexpr (!is_optional<T> && requires { value.is_set(); })
        if (value.is_set()) out.key("default").raw(to_json(value));
    out.close_object();
}

template <Described T>
std::string Schemas::object(Direction direction) {
    const T absent{};
    JsonWriter out;
    out.open_object().member("type", "object").key("properties").open_object();
    for_each_member<T>([&](auto descriptor) {
        const auto name = json_name(descriptor.name);
        out.key(name);
        write_member(out, direction, doc_of<T>(name), absent.*descriptor.pointer);
    });
    out.close_object();
    JsonWriter required;
    required.open_array();
    for_each_member<T>([&](auto descriptor) {
        if (detail::is_required(absent.*descriptor.pointer)) required.string(json_name(descriptor.name));
    });
    required.close_array();
    if (required.str() != "[]") out.key("required").raw(required.str());
    if (direction == Direction::in) out.key("additionalProperties").boolean(false);
    return std::move(out.close_object()).str();
}

// A T for people to look at: the examples of its members put together. JSON text.
template <class T>
std::string example_of() {
    if constexpr (is_optional<T> || detail::is_encoded<T>) {
        return example_of<typename T::value_type>();
    } else if constexpr (detail::is_list<T>) {
        return '[' + example_of<typename T::value_type>() + ']';
    } else if constexpr (Described<T>) {
        JsonWriter out;
        out.open_object();
        for_each_member<T>([&](auto descriptor) {
            using Member = std::remove_cvref_t<decltype(std::declval<T&>().*descriptor.pointer)>;
            const auto doc = doc_of<T>(json_name(descriptor.name));
            if (doc.is_left_out) return;
            out.key(json_name(descriptor.name));
            out.raw(doc.example.empty() ? example_of<Member>() : std::string(doc.example));
        });
        return std::move(out.close_object()).str();
    } else {
        return "null";  // docs_of gives no example: a test finds it
    }
}

}  // namespace roost::schema
