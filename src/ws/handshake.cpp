#include "ws/handshake.hpp"

#include "ws/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace roost::ws {

namespace {

constexpr std::string_view bearer_prefix = "base64url.bearer.phx.";
constexpr std::string_view key_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3
constexpr std::size_t key_bytes = 16;
constexpr std::size_t key_length = 24;  // base64 of 16 bytes

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `token` is in lower case.
bool lists_token(std::string_view header, std::string_view token) {
    return std::ranges::any_of(subprotocols(header), [token](std::string_view entry) {
        return std::ranges::equal(entry, token, {}, lower);
    });
}

bool is_key(std::string_view key) {
    if (key.size() != key_length || key.find_first_of("-_") != std::string_view::npos) return false;
    const auto decoded = decode_base64(key);
    return decoded && decoded->size() == key_bytes;
}

}  // namespace

UpgradeCheck check_upgrade(const UpgradeRequest& request) {
    const auto refuse = [](std::string_view sentence) { return UpgradeCheck{{}, sentence}; };
    if (request.method != "GET") return refuse("A WebSocket is opened with the method GET.");
    if (request.http_version < 11) return refuse("A WebSocket is opened over HTTP/1.1.");
    if (!lists_token(request.upgrade, "websocket"))
        return refuse("The header Upgrade: websocket is missing.");
    if (!lists_token(request.connection, "upgrade"))
        return refuse("The header Connection: Upgrade is missing.");
    const auto key = trim(request.key);
    if (key.empty()) return refuse("The header Sec-WebSocket-Key is missing.");
    if (!is_key(key)) return refuse("The header Sec-WebSocket-Key must be 16 bytes in base64.");
    if (trim(request.version) != supported_version) {
        return refuse("The header Sec-WebSocket-Version: 13 is missing.");
    }
    return {accept_key(key), {}};
}

std::string accept_key(std::string_view key) {
    std::string text(key);
    text.append(key_suffix);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not available");
    }
    return encode_base64(std::span(digest).first(size));
}

std::vector<std::string_view> subprotocols(std::string_view header) {
    std::vector<std::string_view> entries;
    while (!header.empty()) {
        const auto comma = std::min(header.find(','), header.size());
        const auto entry = trim(header.substr(0, comma));
        if (!entry.empty()) entries.push_back(entry);
        header.remove_prefix(std::min(comma + 1, header.size()));
    }
    return entries;
}

Result<std::optional<std::string>> bearer_token(std::span<const std::string_view> offered) {
    std::optional<std::string> token;
    for (const auto entry : offered) {
        if (!entry.starts_with(bearer_prefix)) continue;
        if (token) return Problem(Errc::forbidden);
        token = decode_base64(entry.substr(bearer_prefix.size()));
        if (!token || token->empty()) return Problem(Errc::forbidden);
    }
    return token;
}

std::optional<std::string_view> select_subprotocol(std::span<const std::string_view> offered,
                                                   std::span<const std::string_view> configured) {
    for (const auto candidate : configured) {
        if (candidate.starts_with(bearer_prefix)) continue;
        if (std::ranges::find(offered, candidate) != offered.end()) return candidate;
    }
    return std::nullopt;
}

}  // namespace roost::ws
