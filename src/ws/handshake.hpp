// The opening handshake of RFC 6455, section 4.2, as pure functions over what the HTTP request says.
//
// A header that is absent is an empty view; one that is repeated is given joined with ", ".
#pragma once

#include "core/result.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roost::ws {

// What the answer says in `Sec-WebSocket-Version`, also when it refuses.
inline constexpr std::string_view supported_version = "13";

struct UpgradeRequest {
    std::string_view method;
    unsigned http_version = 11;  // major × 10 + minor
    std::string_view upgrade;    // the headers
    std::string_view connection;
    std::string_view key;      // Sec-WebSocket-Key
    std::string_view version;  // Sec-WebSocket-Version
};

struct UpgradeCheck {
    std::string accept;        // Sec-WebSocket-Accept of the answer; empty: refused
    std::string_view refusal;  // a sentence that says what is missing, for a 400

    [[nodiscard]] bool is_accepted() const noexcept { return !accept.empty(); }
};

// Names the first thing that is missing, and nothing that the client sent.
UpgradeCheck check_upgrade(const UpgradeRequest& request);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key. Throws if the machine's cryptography has no SHA-1.
std::string accept_key(std::string_view key);

// The entries of a Sec-WebSocket-Protocol header in the client's order, as views into it; empty ones left
// out.
std::vector<std::string_view> subprotocols(std::string_view header);

// The token that a stock client hides among the subprotocols as `base64url.bearer.phx.<T>`: the bytes of T,
// in either base64 alphabet, padded or not. Nothing if there is no such entry. If T does not decode or is
// empty, or there are two such entries: forbidden.
Result<std::optional<std::string>> bearer_token(std::span<const std::string_view> offered);

// The first of `configured` that the client offers, as a view into `configured`: what to echo, if anything.
// A bearer entry is never chosen.
std::optional<std::string_view> select_subprotocol(std::span<const std::string_view> offered,
                                                   std::span<const std::string_view> configured);

}  // namespace roost::ws
