// The address of what is measured.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roost::bench {

// `ws://` or `http://`: a load without TLS, to a host and a port.
struct Url {
    std::string host;  // without brackets
    std::uint16_t port = 80;
    std::string target;  // path and query, with the slash

    // For a Host header.
    [[nodiscard]] std::string authority() const;

    // Throws std::runtime_error with a sentence. `scheme` is "ws" or "http".
    static Url parse(std::string_view text, std::string_view scheme);
};

// The text as a part of a query: everything but letters, digits, "-", ".", "_" and "~" is escaped.
std::string percent_encoded(std::string_view text);

}  // namespace roost::bench
