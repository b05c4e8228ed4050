// JSON text that was made before and is shared: it goes into whatever is encoded as it is.
#pragma once

#include "core/shared_bytes.hpp"
#include "schema/encode.hpp"
#include "schema/json_schema.hpp"

#include <string>
#include <string_view>

namespace roost::schema {

// The text of a T; JSON Schema and examples show the T itself. An empty one is of nothing and must not be
// encoded.
template <class T>
class Encoded {
public:
    using value_type = T;

    Encoded() = default;
    // The text of a T.
    explicit Encoded(SharedBytesPtr text) : text_(std::move(text)) {}
    static Encoded of(const T& value) { return Encoded(share(to_json(value))); }

    [[nodiscard]] std::string_view text() const noexcept { return text_->view(); }

private:
    SharedBytesPtr text_;
};

template <class T>
void encode(std::string& out, const Encoded<T>& value) {
    constexpr std::size_t what_follows = 128;  // what closes the object that it stands in
    out.reserve(out.size() + value.text().size() + what_follows);
    out += value.text();
}

namespace detail {

template <class T>
inline constexpr bool is_encoded<Encoded<T>> = true;

template <class T>
struct TypeOf<Encoded<T>> {
    static void write(JsonWriter& out, Direction direction, Schemas& schemas) {
        schemas.write_type<T>(out, direction);
    }
};

}  // namespace detail

}  // namespace roost::schema
