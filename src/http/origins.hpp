// Which web pages may talk to this server: the allow-list behind CORS and the WebSocket origin check.
//
// An entry is "https://chat.example.com" (that scheme, its usual port), "http://localhost:5173" (that port),
// "//chat.example.com" (any scheme and port). A host "*.example.com" is example.com and all names below it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::http {

// An origin taken apart (RFC 6454, section 7), in lower case.
struct Origin {
    std::string scheme;
    std::string host;        // of IPv6 with its brackets
    std::uint16_t port = 0;  // as it says, else that of http and https; 0: unknown

    // Nothing for "null", "file://", and whatever else is no scheme with a host.
    static std::optional<Origin> parse(std::string_view text);
};

class AllowedOrigins {
public:
    AllowedOrigins() = default;
    // Throws std::invalid_argument naming the first entry that is of no form above.
    explicit AllowedOrigins(const std::vector<std::string>& entries);

    // True when an entry is for this value of an Origin header.
    [[nodiscard]] bool lists(std::string_view origin) const;
    // The same, or a page of this very server, on whatever port: its host is that of the Host header.
    [[nodiscard]] bool lists_or_is_own(std::string_view origin, std::string_view host) const;

private:
    struct Entry {
        std::string scheme;      // empty: any
        std::string host;        // behind "*.", when it is a wildcard
        std::uint16_t port = 0;  // 0: any
        bool is_wildcard = false;
    };
    static std::optional<Entry> parse(std::string_view text);
    [[nodiscard]] bool lists(const Origin& origin) const;

    std::vector<Entry> entries_;
};

}  // namespace roost::http
