// send_loop CONNECTIONS BYTES: the least that a fan-out can cost, to compare ours with in the same run.
//
// Prints the port it listens on, accepts CONNECTIONS, and from then on passes each message of BYTES that the
// first of them sends on to all of them: one send() each, no protocol, no buffers, nothing else.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, any, size) != 0 || ::listen(listener, SOMAXCONN) != 0) std::abort();
    ::getsockname(listener, any, &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

std::vector<int> accept_all(int listener, std::size_t count) {
    std::vector<int> connections;
    while (connections.size() < count) {
        const int connection = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connection < 0) std::abort();
        const int on = 1;
        ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        connections.push_back(connection);
    }
    return connections;
}

// Returns when the publisher is gone.
void pass_on(const std::vector<int>& connections, std::size_t bytes) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    for (const int connection : connections) {
        epoll_event interest{};
        interest.events = EPOLLIN | EPOLLET;
        interest.data.fd = connection;
        ::epoll_ctl(set, EPOLL_CTL_ADD, connection, &interest);
    }
    std::vector<char> message(bytes);
    std::size_t have = 0;
    epoll_event event{};
    while (::epoll_wait(set, &event, 1, -1) >= 0) {
        if (event.data.fd != connections.front()) continue;
        for (;;) {
            const auto got = ::recv(connections.front(), message.data() + have, bytes - have, 0);
            if (got == 0) return;
            if (got < 0) break;
            have += static_cast<std::size_t>(got);
            if (have < bytes) continue;
            have = 0;
            for (const int connection : connections)
                if (::send(connection, message.data(), bytes, MSG_NOSIGNAL) != static_cast<ssize_t>(bytes))
                    std::abort();  // a closed loop never fills a socket's buffer
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: send_loop CONNECTIONS BYTES\n", stderr), 2;
    const auto count = std::strtoul(argv[1], nullptr, 10);
    const auto bytes = std::strtoul(argv[2], nullptr, 10);
    pass_on(accept_all(listen_on_loopback(), count), bytes);
}
