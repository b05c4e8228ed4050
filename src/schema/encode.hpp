// Values to JSON: one walk over described structs (BOOST_DESCRIBE_STRUCT). Members keep their order and their
// names; an empty optional is left out.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/json_object.hpp"
#include "core/text.hpp"
#include "schema/described.hpp"
#include "schema/json_writer.hpp"

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace roost::schema {

inline void encode(std::string& out, std::string_view text) {
    append_string(out, text);
}

inline void encode(std::string& out, const std::string& text) {
    append_string(out, text);
}

inline void encode(std::string& out, bool value) {
    out += value ? "true" : "false";
}

template <std::integral T>
    requires(!std::same_as<T, bool>)
void encode(std::string& out, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

inline void encode(std::string& out, Timestamp time) {
    (out += '"').append(time.rfc3339()) += '"';
}

inline void encode(std::string& out, const MessageId& id) {
    append_string(out, id.str());
}

inline void encode(std::string& out, const JsonObject& object) {
    out += object.str();
}

template <class Tag>
void encode(std::string& out, Id<Tag> id) {
    encode(out, id.value());
}

template <class Rule>
void encode(std::string& out, const TextOf<Rule>& text) {
    append_string(out, text.str());
}

template <std::int64_t Min, std::int64_t Max>
void encode(std::string& out, Integer<Min, Max> number) {
    encode(out, number.value());
}

template <class T>
void encode(std::string& out, const std::vector<T>& list);

template <Described T>
void encode(std::string& out, const T& object) {
    char separator = '{';
    const auto member = [&](std::string_view name, const auto& value) {
        out += separator;
        separator = ',';
        (out += '"').append(name) += "\":";  // a name of C++ has nothing to escape
        encode(out, value);
    };
    for_each_member<T>([&](auto descriptor) {
        const auto& value = object.*descriptor.pointer;
        if constexpr (is_optional<std::remove_cvref_t<decltype(value)>>) {
            if (value) member(json_name(descriptor.name), *value);
        } else {
            member(json_name(descriptor.name), value);
        }
    });
    out += separator == '{' ? "{}" : "}";
}

template <class T>
void encode(std::string& out, const std::vector<T>& list) {
    out += '[';
    for (const auto& element : list) {
        if (&element != list.data()) out += ',';
        encode(out, element);
    }
    out += ']';
}

template <class T>
std::string to_json(const T& value) {
    std::string out;
    encode(out, value);
    return out;
}

}  // namespace roost::schema
