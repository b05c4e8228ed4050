#include "net/connect.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

namespace roost::net {

std::unique_ptr<Socket> connect(const Endpoint& endpoint) {
    const int descriptor = ::socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return nullptr;
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor, endpoint.address(), endpoint.size()) != 0 && errno != EINPROGRESS) {
        ::close(descriptor);
        return nullptr;
    }
    return std::make_unique<Socket>(descriptor, endpoint.text(), Socket::State::connecting);
}

}  // namespace roost::net
