// What the bare programs have in common: connections on a port of the loopback, in the order of their
// arrival.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace baseline {

inline int listen_on_loopback() {
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

inline std::vector<int> accept_all(int listener, std::size_t count) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
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

// Calls `read(index)` for each connection that has something, until that gives false: somebody has left.
template <class F>
void serve(const std::vector<int>& connections, F read) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t index = 0; index < connections.size(); ++index) {
        epoll_event interest{};
        interest.events = EPOLLIN | EPOLLET;
        interest.data.u64 = index;
        ::epoll_ctl(set, EPOLL_CTL_ADD, connections[index], &interest);
    }
    std::vector<epoll_event> events(256);
    for (;;) {
        const int ready = ::epoll_wait(set, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i)
            if (!read(static_cast<std::size_t>(events[i].data.u64))) return;
    }
}

// Frames of one length, cut out of what a connection sends. What is incomplete waits for the rest.
class Frames {
public:
    explicit Frames(std::size_t bytes) : bytes_(bytes) {}

    // Calls `take(first, count)` for the whole frames that have come. False when the connection has ended.
    template <class F>
    bool read(int connection, F take) {
        static std::vector<char> buffer(1U << 20U);
        for (;;) {
            std::copy(held_.begin(), held_.end(), buffer.begin());
            const auto got =
                ::recv(connection, buffer.data() + held_.size(), buffer.size() - held_.size(), 0);
            if (got < 0 && errno == EAGAIN) return true;
            if (got <= 0) return false;
            const auto have = held_.size() + static_cast<std::size_t>(got);
            const auto count = have / bytes_;
            if (count > 0) take(static_cast<const char*>(buffer.data()), count);
            held_.assign(buffer.begin() + static_cast<std::ptrdiff_t>(count * bytes_),
                         buffer.begin() + static_cast<std::ptrdiff_t>(have));
        }
    }

private:
    std::size_t bytes_;
    std::vector<char> held_;
};

// A closed loop never fills a socket's buffer.
inline void send_all(int connection, const char* bytes, std::size_t size) {
    if (::send(connection, bytes, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) std::abort();
}

inline std::size_t number(const char* text) {
    return std::strtoul(text, nullptr, 10);
}

}  // namespace baseline
