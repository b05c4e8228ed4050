// An address and a port that a TCP connection can be made to.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace roost::net {

class Endpoint {
public:
    // `address` is IPv4 or IPv6 in text, without brackets; nothing when it is neither.
    static std::optional<Endpoint> parse(const std::string& address, std::uint16_t port);

    [[nodiscard]] int family() const noexcept { return address_.ss_family; }
    [[nodiscard]] const sockaddr* address() const noexcept {
        return reinterpret_cast<const sockaddr*>(&address_);
    }
    [[nodiscard]] socklen_t size() const noexcept { return size_; }
    // The address in text, without the port.
    [[nodiscard]] std::string text() const;

    bool operator==(const Endpoint& other) const noexcept;

private:
    friend std::vector<Endpoint> look_up(const std::string& host, std::uint16_t port);
    Endpoint(const sockaddr& address, socklen_t size);

    sockaddr_storage address_{};
    socklen_t size_ = 0;
};

// The addresses of a host's name, or the one it is, in the order the system recommends; none when it has none
// or cannot be asked. Blocks, at worst for as long as the system waits for its name servers.
std::vector<Endpoint> look_up(const std::string& host, std::uint16_t port);

// The address in text, without the port. `address` is one of IPv4 or IPv6.
std::string text_of(const sockaddr_storage& address);

}  // namespace roost::net
