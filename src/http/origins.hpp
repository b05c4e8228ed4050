// Which web pages may talk to this server: the allow-list behind CORS and the WebSocket origin check.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost::http {

class AllowedOrigins {
public:
    AllowedOrigins() = default;
    // Each is "scheme://host" or "scheme://host:port". Throws std::invalid_argument naming the first that is
    // not.
    explicit AllowedOrigins(std::vector<std::string> origins);

    // True when the list names this value of an Origin header.
    [[nodiscard]] bool lists(std::string_view origin) const noexcept;
    // The same, or a page of this very server: its host is that of the Host header.
    [[nodiscard]] bool lists_or_is_own(std::string_view origin, std::string_view host) const noexcept;

private:
    std::vector<std::string> origins_;
};

}  // namespace roost::http
