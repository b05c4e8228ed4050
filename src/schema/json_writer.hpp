// Appending JSON text to a string (RFC 8259). The caller gives valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace roost::schema {

// `text` as a JSON string with its quotes. Escapes what must be escaped and U+2028/2029 not.
void append_string(std::string& out, std::string_view text);

}  // namespace roost::schema
