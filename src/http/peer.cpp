#include "http/peer.hpp"

#include "http/syntax.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace roost::http {
namespace {

constexpr unsigned v4_offset = 12;  // ::ffff:0:0/96 holds IPv4
constexpr std::array<std::uint8_t, v4_offset> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool has_prefix(const std::array<std::uint8_t, 16>& bytes, const std::array<std::uint8_t, 16>& prefix,
                unsigned bits) {
    const auto whole = bits / 8;
    if (!std::equal(bytes.begin(), bytes.begin() + whole, prefix.begin())) return false;
    if (bits % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
    return (bytes[whole] & mask) == (prefix[whole] & mask);
}

// "1.2.3.4:80" and "[::1]:80" without their port, "[::1]" without its brackets; a bare IPv6 address has more
// than one colon.
std::string_view without_port(std::string_view entry) {
    if (entry.starts_with('[')) {
        const auto end = entry.find(']');
        const bool is_whole =
            end != std::string_view::npos && (end + 1 == entry.size() || entry[end + 1] == ':');
        return is_whole ? entry.substr(1, end - 1) : std::string_view{};
    }
    return std::count(entry.begin(), entry.end(), ':') == 1 ? entry.substr(0, entry.find(':')) : entry;
}

// All entries of all such headers, in their order.
std::vector<std::string_view> forwarded_for(const Headers& headers) {
    std::vector<std::string_view> entries;
    for (const auto& header : headers) {
        if (!equals_ignoring_case(header.name, "X-Forwarded-For")) continue;
        for (std::string_view list = header.value; !list.empty();)
            if (const auto entry = take_element(list); !entry.empty()) entries.push_back(entry);
    }
    return entries;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> zero_ended{};
    if (text.size() >= zero_ended.size()) return std::nullopt;
    std::copy(text.begin(), text.end(), zero_ended.begin());
    IpAddress address;
    if (text.find(':') != std::string_view::npos) {
        if (::inet_pton(AF_INET6, zero_ended.data(), address.bytes_.data()) != 1) return std::nullopt;
        return address;
    }
    std::copy(mapped.begin(), mapped.end(), address.bytes_.begin());
    if (::inet_pton(AF_INET, zero_ended.data(), address.bytes_.data() + v4_offset) != 1) return std::nullopt;
    return address;
}

bool IpAddress::is_v4() const noexcept {
    return std::equal(mapped.begin(), mapped.end(), bytes_.begin());
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4()) ::inet_ntop(AF_INET, bytes_.data() + v4_offset, text.data(), text.size());
    else ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& blocks) {
    for (const std::string_view block : blocks) {
        const auto slash = block.find('/');
        const auto address = IpAddress::parse(block.substr(0, slash));
        const unsigned all = address && address->is_v4() ? 32 : 128;
        unsigned bits = all;
        bool is_block = address.has_value();
        if (slash != std::string_view::npos) {
            const auto* const end = block.data() + block.size();
            const auto [rest, error] = std::from_chars(block.data() + slash + 1, end, bits);
            is_block = is_block && error == std::errc{} && rest == end && bits <= all;
        }
        if (is_block) {
            bits += 128 - all;
            auto first = IpAddress(*address).bytes();
            for (unsigned bit = bits; bit < 128; ++bit)
                is_block = is_block && (first[bit / 8] & (0x80U >> (bit % 8))) == 0;
        }
        if (!is_block)
            throw std::invalid_argument(
                fmt::format("'{}' is neither an IP address nor a block such as 10.0.0.0/8", block));
        blocks_.push_back({*address, bits});
    }
}

bool TrustedProxies::trusts(const IpAddress& address) const noexcept {
    return std::ranges::any_of(blocks_, [&](const Block& block) {
        return has_prefix(address.bytes(), block.address.bytes(), block.bits);
    });
}

bool TrustedProxies::trusts(std::string_view address) const noexcept {
    if (blocks_.empty()) return false;
    const auto parsed = IpAddress::parse(address);
    return parsed && trusts(*parsed);
}

std::string client_address(std::string_view peer, const Headers& headers, const TrustedProxies& proxies) {
    std::string client(peer);
    const auto entries = forwarded_for(headers);
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const auto address = IpAddress::parse(without_port(*entry));
        if (!address) break;
        client = address->text();
        if (!proxies.trusts(*address)) break;
    }
    return client;
}

}  // namespace roost::http
