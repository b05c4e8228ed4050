// Who sent a request: the peer of its connection, or, when that is a proxy of ours, the client that the proxy
// names in X-Forwarded-For. Anyone can send that header, so it is believed only from proxies that are listed,
// and of its list only what trusted proxies have added: from the right up to the first that is not trusted.
#pragma once

#include "http/message.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::http {

// An IPv4 or IPv6 address; "::ffff:1.2.3.4" is 1.2.3.4.
class IpAddress {
public:
    static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_v4() const noexcept;
    // IPv4 as IPv6 has it, mapped.
    [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

private:
    std::array<std::uint8_t, 16> bytes_{};
};

// Immutable; used on every core.
class TrustedProxies {
public:
    TrustedProxies() = default;
    // Each an address, or a block such as "10.0.0.0/8" or "fd00::/8" without a bit set behind its prefix.
    // Throws std::invalid_argument naming the first that is neither.
    explicit TrustedProxies(const std::vector<std::string>& blocks);

    [[nodiscard]] bool trusts(const IpAddress& address) const noexcept;
    // The same; what is no address is not trusted.
    [[nodiscard]] bool trusts(std::string_view address) const noexcept;

private:
    struct Block {
        IpAddress address;
        unsigned bits = 0;  // of the sixteen bytes, from the front
    };
    std::vector<Block> blocks_;
};

// The client's address; `peer` is a trusted proxy's. An entry that is no address (perhaps with a port) ends
// the search at the proxy that added it; if all are trusted, it is the first.
std::string client_address(std::string_view peer, const Headers& headers, const TrustedProxies& proxies);

}  // namespace roost::http
