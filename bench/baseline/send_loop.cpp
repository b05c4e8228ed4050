// send_loop CONNECTIONS BYTES: the least that a fan-out can cost when nothing is gathered, to compare ours
// with in the same run.
//
// Prints the port it listens on, accepts CONNECTIONS, and from then on passes each frame of BYTES that one of
// them sends on to all of them: one send() each, no protocol, nothing else.
#include "accepted.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: send_loop CONNECTIONS BYTES\n", stderr), 2;
    const auto bytes = baseline::number(argv[2]);
    const auto connections = baseline::accept_all(baseline::listen_on_loopback(), baseline::number(argv[1]));
    std::vector<baseline::Frames> frames(connections.size(), baseline::Frames(bytes));
    baseline::serve(connections, [&](std::size_t publisher) {
        return frames[publisher].read(connections[publisher], [&](const char* first, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i)
                for (const int connection : connections)
                    baseline::send_all(connection, first + i * bytes, bytes);
        });
    });
}
