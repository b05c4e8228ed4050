// rooms_loop ROOMS MEMBERS BYTES: the least that many small rooms can cost when nothing is gathered.
//
// Prints the port it listens on and accepts ROOMS × MEMBERS connections: the first MEMBERS are the first
// room. Each frame of BYTES that one of them sends is passed on to its room, one send() for each member, and
// answered: one more.
#include "accepted.hpp"

#include <string_view>

namespace {

// As a server would say it: not shorter than Roost's.
constexpr std::string_view reply =
    "\x81\x54[\"1\",\"000000000\",\"room:bench-00000\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]    "
    "  ";
static_assert(reply.size() == 2 + 0x54);

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return std::fputs("usage: rooms_loop ROOMS MEMBERS BYTES\n", stderr), 2;
    const auto members = baseline::number(argv[2]);
    const auto bytes = baseline::number(argv[3]);
    const auto listener = baseline::listen_on_loopback();
    const auto connections = baseline::accept_all(listener, baseline::number(argv[1]) * members);
    std::vector<baseline::Frames> frames(connections.size(), baseline::Frames(bytes));
    baseline::serve(connections, [&](std::size_t publisher) {
        const auto* const room = connections.data() + publisher / members * members;
        return frames[publisher].read(connections[publisher], [&](const char* first, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) {
                for (std::size_t member = 0; member < members; ++member)
                    baseline::send_all(room[member], first + i * bytes, bytes);
                baseline::send_all(connections[publisher], reply.data(), reply.size());
            }
        });
    });
}
