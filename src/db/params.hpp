// Parameters of a statement in PostgreSQL's binary format.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::db {

// Text for a column of type json, and bytes for bytea.
struct Json {
    std::string_view text;
};
struct Bytes {
    std::string_view bytes;
};

// Object ids of the types that are sent (pg_type.dat).
enum class Type : unsigned {
    boolean = 16,
    bytea = 17,
    int8 = 20,
    text = 25,
    json = 114,
    json_array = 199,
    text_array = 1009,
    int8_array = 1016,
    timestamptz = 1184,
    timestamptz_array = 1185,
};

namespace detail {
void append(std::string& out, bool value);
void append(std::string& out, std::int64_t value);
void append(std::string& out, std::string_view text);
void append(std::string& out, Timestamp time);
inline void append(std::string& out, Json json) {
    append(out, json.text);
}
inline void append(std::string& out, Bytes bytes) {
    append(out, bytes.bytes);
}
void append_u32(std::string& out, std::uint32_t value);

template <class T>
struct TypeOf;
template <>
struct TypeOf<bool> {
    static constexpr Type scalar = Type::boolean;
};
template <>
struct TypeOf<std::int64_t> {
    static constexpr Type scalar = Type::int8, array = Type::int8_array;
};
template <>
struct TypeOf<std::string_view> {
    static constexpr Type scalar = Type::text, array = Type::text_array;
};
template <>
struct TypeOf<Timestamp> {
    static constexpr Type scalar = Type::timestamptz, array = Type::timestamptz_array;
};
template <>
struct TypeOf<Json> {
    static constexpr Type scalar = Type::json, array = Type::json_array;
};
template <>
struct TypeOf<Bytes> {
    static constexpr Type scalar = Type::bytea;
};
}  // namespace detail

// An array parameter (`unnest($1::bigint[])`), built element by element.
template <class T>
class Array {
public:
    void add(const T& value) {
        std::string bytes;
        detail::append(bytes, value);
        detail::append_u32(elements_, static_cast<std::uint32_t>(bytes.size()));
        elements_ += bytes;
        ++count_;
    }
    void add(const std::optional<T>& value) {
        if (value) return add(*value);
        detail::append_u32(elements_, UINT32_MAX);
        has_nulls_ = true;
        ++count_;
    }

private:
    friend class Params;
    std::string elements_;
    std::uint32_t count_ = 0;
    bool has_nulls_ = false;
};

class Params {
public:
    struct Value {
        Type type;
        std::optional<std::string> bytes;
    };

    Params() = default;

    // `params.add(x)` in the order of $1, $2, …
    Params& add(bool value) { return scalar(value); }
    Params& add(std::int64_t value) { return scalar(value); }
    Params& add(std::string_view text) { return scalar(text); }
    Params& add(const std::string& text) { return scalar(std::string_view(text)); }
    Params& add(const char* text) { return scalar(std::string_view(text)); }
    Params& add(Timestamp time) { return scalar(time); }
    Params& add(Json json) { return scalar(json); }
    Params& add(Bytes bytes) { return scalar(bytes); }
    template <class Tag>
    Params& add(Id<Tag> id) {
        return scalar(id.value());
    }
    template <class T>
    Params& add(const std::optional<T>& value) {
        if (value) return add(*value);
        values_.push_back({detail::TypeOf<T>::scalar, std::nullopt});
        return *this;
    }
    template <class T>
    Params& add(const Array<T>& array) {
        return add_array(detail::TypeOf<T>::array, detail::TypeOf<T>::scalar, array.elements_, array.count_,
                         array.has_nulls_);
    }

    [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }

private:
    template <class T>
    Params& scalar(T value) {
        std::string bytes;
        detail::append(bytes, value);
        values_.push_back({detail::TypeOf<T>::scalar, std::move(bytes)});
        return *this;
    }
    Params& add_array(Type array, Type element, const std::string& elements, std::uint32_t count, bool nulls);

    std::vector<Value> values_;
};

template <class... Ts>
Params params(const Ts&... values) {
    Params params;
    (params.add(values), ...);
    return params;
}

}  // namespace roost::db
