#include "net/endpoint.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <memory>

namespace roost::net {

Endpoint::Endpoint(const sockaddr& address, socklen_t size) : size_(size) {
    std::memcpy(&address_, &address, size);
}

std::optional<Endpoint> Endpoint::parse(const std::string& address, std::uint16_t port) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1)
        return Endpoint(reinterpret_cast<const sockaddr&>(v4), sizeof v4);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1)
        return Endpoint(reinterpret_cast<const sockaddr&>(v6), sizeof v6);
    return std::nullopt;
}

std::string Endpoint::text() const {
    return text_of(address_);
}

bool Endpoint::operator==(const Endpoint& other) const noexcept {
    return size_ == other.size_ && std::memcmp(&address_, &other.address_, size_) == 0;
}

std::vector<Endpoint> look_up(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* first = nullptr;
    std::vector<Endpoint> found;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &first) != 0) return found;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(first, ::freeaddrinfo);
    for (const auto* entry = first; entry != nullptr; entry = entry->ai_next)
        if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6)
            found.push_back(Endpoint(*entry->ai_addr, entry->ai_addrlen));
    return found;
}

std::string text_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes =
        address.ss_family == AF_INET6
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
            : &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    ::inet_ntop(address.ss_family, bytes, text.data(), text.size());
    return text.data();
}

}  // namespace roost::net
