#include "ws/outbox.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace roost::ws {
namespace {

using Outcome = Outbox::Outcome;

// A wire that holds little.
struct Wire {
    Wire() {
        std::array<int, 2> both{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both.data()) == 0);
        const int smallest = 1;
        ::setsockopt(both[0], SOL_SOCKET, SO_SNDBUF, &smallest, sizeof smallest);
        ours = both[0];
        theirs = both[1];
    }
    ~Wire() {
        ::close(ours);
        finish();
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // What is there now, at most `most` bytes.
    [[nodiscard]] std::string receive(std::size_t most = 65536) const {
        std::string bytes(most, '\0');
        const auto got = ::recv(theirs, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    [[nodiscard]] std::string receive_all() const {
        std::string all;
        for (auto part = receive(); !part.empty(); part = receive()) all += part;
        return all;
    }
    void finish() {
        if (theirs >= 0) ::close(std::exchange(theirs, -1));
    }

    int ours = -1;
    int theirs = -1;
};

// Each frame differs from the others, and they have several sizes.
std::string frame(std::size_t number) {
    return "<" + std::to_string(number) + std::string(number % 97, '.') + ">";
}

std::string add_frames(Outbox& outbox, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += frame(i);
        outbox.add(share(frame(i)));
    }
    return all;
}

}  // namespace

TEST_CASE("an empty outbox writes nothing and is drained") {
    const Wire wire;
    Outbox outbox;
    CHECK(outbox.empty());
    CHECK(outbox.bytes() == 0);
    CHECK(outbox.write_to(wire.ours) == Outcome::drained);
    CHECK(wire.receive().empty());
}

TEST_CASE("frames are written in order, however many there are for one call") {
    for (const std::size_t count : {1U, 2U, 63U, 64U, 65U, 66U, 128U, 129U, 200U}) {
        CAPTURE(count);
        Wire wire;
        const int plenty = 1 << 20;
        ::setsockopt(wire.ours, SOL_SOCKET, SO_SNDBUF, &plenty, sizeof plenty);
        Outbox outbox;
        const auto all = add_frames(outbox, count);
        CHECK(outbox.bytes() == all.size());
        CHECK_FALSE(outbox.empty());
        CHECK(outbox.write_to(wire.ours) == Outcome::drained);
        CHECK(outbox.empty());
        CHECK(outbox.bytes() == 0);
        CHECK(wire.receive_all() == all);
    }
}

TEST_CASE("what the socket does not take stays, to the byte, over many partial writes") {
    const Wire wire;
    Outbox outbox;
    auto all = add_frames(outbox, 500);
    outbox.add(share(std::string(100'000, 'L')));
    all += std::string(100'000, 'L');
    for (std::size_t i = 0; i < 100; ++i) {
        outbox.add(share(frame(i)));
        all += frame(i);
    }
    std::string received;
    int blocked = 0;
    while (true) {
        const auto outcome = outbox.write_to(wire.ours);
        REQUIRE(outcome != Outcome::failed);
        CHECK(outbox.empty() == (outcome == Outcome::drained));
        if (outcome == Outcome::drained) break;
        ++blocked;
        received += wire.receive_all();
        CHECK(received.size() + outbox.bytes() == all.size());
    }
    received += wire.receive_all();
    CHECK(blocked > 10);
    CHECK(received == all);
}

TEST_CASE("frames added between partial writes come behind what waits") {
    const Wire wire;
    Outbox outbox;
    std::string all;
    std::string received;
    for (std::size_t i = 0; i < 300; ++i) {
        const auto next = frame(i) + std::string(200, 'x');
        outbox.add(share(next));
        all += next;
        REQUIRE(outbox.write_to(wire.ours) != Outcome::failed);
        if (i % 3 == 0) received += wire.receive(700);
    }
    while (!outbox.empty()) {
        REQUIRE(outbox.write_to(wire.ours) != Outcome::failed);
        received += wire.receive_all();
    }
    CHECK(received + wire.receive_all() == all);
}

TEST_CASE("dropping what is unsent lets go of every frame that is not begun") {
    Outbox outbox;
    const auto bytes = share("frame");
    for (int i = 0; i < 3; ++i) outbox.add(bytes);
    outbox.drop_unsent();
    CHECK(outbox.empty());
    CHECK(outbox.bytes() == 0);
    const Wire wire;
    outbox.add(share("next"));
    CHECK(outbox.write_to(wire.ours) == Outcome::drained);
    CHECK(wire.receive() == "next");
}

TEST_CASE("a frame that is partly written stays when the rest is dropped: the stream stays whole") {
    const Wire wire;
    Outbox outbox;
    const std::string longest(100'000, 'L');
    outbox.add(share(longest));
    outbox.add(share("dropped"));
    REQUIRE(outbox.write_to(wire.ours) == Outcome::would_block);
    auto received = wire.receive_all();
    REQUIRE_FALSE(received.empty());
    outbox.drop_unsent();
    CHECK(outbox.bytes() == longest.size() - received.size());
    outbox.add(share("close"));
    CHECK(outbox.bytes() == longest.size() - received.size() + 5);
    while (!outbox.empty()) {
        REQUIRE(outbox.write_to(wire.ours) != Outcome::failed);
        received += wire.receive_all();
    }
    CHECK(received + wire.receive_all() == longest + "close");
}

TEST_CASE("a write to a peer that is gone has failed, without a signal") {
    Wire wire;
    wire.finish();
    Outbox outbox;
    outbox.add(share("x"));
    CHECK(outbox.write_to(wire.ours) == Outcome::failed);
}

TEST_CASE("a frame is shared with its other owners and not changed") {
    const Wire wire;
    const auto bytes = share(std::string(50'000, 'F'));
    Outbox first;
    Outbox second;
    first.add(bytes);
    second.add(bytes);
    static_cast<void>(first.write_to(wire.ours));
    CHECK(bytes->view() == std::string(50'000, 'F'));
    CHECK(second.bytes() == 50'000);
}

}  // namespace roost::ws
