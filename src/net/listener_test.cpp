#include "net/listener.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <vector>

namespace roost::net {
namespace {

using test::RunningCores;

// A client's blocking socket.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    [[nodiscard]] bool is_connected() const { return is_connected_; }

private:
    int socket_;
    bool is_connected_ = false;
};

// Where connections arrive.
struct Arrivals {
    void note(int descriptor, const std::string& from) {
        const std::lock_guard lock(mutex);
        int no_delay = 0;
        socklen_t length = sizeof no_delay;
        ::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
        all_ready = all_ready && no_delay != 0 && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
        peer = from;
        ++by_core[Core::current().index()];
        ++count;
        ::close(descriptor);
    }
    [[nodiscard]] int total() {
        const std::lock_guard lock(mutex);
        return count;
    }
    std::mutex mutex;
    std::array<int, 3> by_core{};
    int count = 0;
    bool all_ready = true;
    std::string peer;
};

std::string refusal(Cores& cores, const std::string& host, std::uint16_t port) {
    try {
        const Listener listener(cores, host, port, [](int, const std::string&) {});
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("connections go to the cores in turn, ready for use") {
    RunningCores cores(3);
    Arrivals arrivals;
    Listener listener(cores.all(), "127.0.0.1", 0,
                      [&](int fd, const std::string& peer) { arrivals.note(fd, peer); });
    CHECK(listener.port() != 0);
    listener.start();
    for (int i = 0; i < 9; ++i) CHECK(Client(listener.port()).is_connected());
    cores.wait_until([&] { return arrivals.total() == 9; });
    CHECK(arrivals.by_core == std::array{3, 3, 3});
    CHECK(arrivals.all_ready);
    CHECK(arrivals.peer == "127.0.0.1");
    listener.stop();
}

TEST_CASE("connections made before the start are accepted after it") {
    RunningCores cores;
    Arrivals arrivals;
    Listener listener(cores.all(), "127.0.0.1", 0,
                      [&](int fd, const std::string& peer) { arrivals.note(fd, peer); });
    const Client early(listener.port());
    CHECK(early.is_connected());
    CHECK(arrivals.total() == 0);
    listener.start();
    cores.wait_until([&] { return arrivals.total() == 1; });
    listener.stop();
}

TEST_CASE("a stopped listener refuses connections") {
    RunningCores cores;
    Listener listener(cores.all(), "127.0.0.1", 0, [](int fd, const std::string&) { ::close(fd); });
    const auto port = listener.port();
    listener.start();
    listener.stop();
    cores.wait_until([&] { return !Client(port).is_connected(); });
}

TEST_CASE("an address that cannot be had is told in a sentence") {
    Cores cores(1);
    const Listener listener(cores, "127.0.0.1", 0, [](int, const std::string&) {});
    CHECK(refusal(cores, "127.0.0.1", listener.port()) ==
          "cannot listen on 127.0.0.1 port " + std::to_string(listener.port()) + ": Address already in use");
    CHECK(refusal(cores, "192.0.2.1", 4000) ==
          "cannot listen on 192.0.2.1 port 4000: Cannot assign requested address");
    CHECK(refusal(cores, "nowhere", 4000) == "cannot listen on nowhere port 4000: Invalid argument");
    CHECK(refusal(cores, "127.0.0.1", 0) == "none");
}

TEST_CASE("a port can be had again at once after its listener stopped") {
    RunningCores cores;
    std::uint16_t port = 0;
    {
        Listener listener(cores.all(), "127.0.0.1", 0, [](int fd, const std::string&) { ::close(fd); });
        port = listener.port();
        listener.start();
        CHECK(Client(port).is_connected());
        listener.stop();
        cores.call([] {});
    }
    cores.wait_until([&] { return refusal(cores.all(), "127.0.0.1", port) == "none"; });
}

}  // namespace roost::net
