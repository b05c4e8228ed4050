// gathered_loop CONNECTIONS BYTES: the least that a fan-out can cost when writes are gathered.
//
// Like send_loop, but whatever frames one read has brought, up to 16, go out to each connection as one
// sendmsg() with a part for each frame, as a server does it that shares frames between its connections.
#include "accepted.hpp"

#include <sys/uio.h>

#include <algorithm>
#include <array>

namespace {

constexpr std::size_t most_parts = 16;

void send_gathered(const std::vector<int>& connections, const char* first, std::size_t count,
                   std::size_t bytes) {
    std::array<iovec, most_parts> parts{};
    for (std::size_t i = 0; i < count; ++i) parts[i] = {const_cast<char*>(first + i * bytes), bytes};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    for (const int connection : connections)
        if (::sendmsg(connection, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(count * bytes))
            std::abort();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: gathered_loop CONNECTIONS BYTES\n", stderr), 2;
    const auto bytes = baseline::number(argv[2]);
    const auto connections = baseline::accept_all(baseline::listen_on_loopback(), baseline::number(argv[1]));
    std::vector<baseline::Frames> frames(connections.size(), baseline::Frames(bytes));
    baseline::serve(connections, [&](std::size_t publisher) {
        return frames[publisher].read(connections[publisher], [&](const char* first, std::size_t count) {
            for (std::size_t done = 0; done < count; done += most_parts)
                send_gathered(connections, first + done * bytes, std::min(most_parts, count - done), bytes);
        });
    });
}
