// Appending JSON text to a string (RFC 8259). The caller gives valid UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roost::schema {

// `text` as a JSON string with its quotes. Escapes what must be escaped and U+2028/2029 not.
void append_string(std::string& out, std::string_view text);

// Writes a document from front to back; sets the commas. The calls must nest as the document does.
class JsonWriter {
public:
    JsonWriter& open_object() { return open('{'); }
    JsonWriter& close_object() { return close('}'); }
    JsonWriter& open_array() { return open('['); }
    JsonWriter& close_array() { return close(']'); }

    // A member's name; its value comes next.
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);
    JsonWriter& number(std::int64_t value);
    JsonWriter& boolean(bool value);
    // JSON text as it is.
    JsonWriter& raw(std::string_view json);

    JsonWriter& member(std::string_view name, std::string_view text) { return key(name).string(text); }

    [[nodiscard]] const std::string& str() const& noexcept { return out_; }
    [[nodiscard]] std::string str() && noexcept { return std::move(out_); }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string out_;
};

}  // namespace roost::schema
