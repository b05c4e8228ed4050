#include "net/socket.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace roost::net {
namespace {

using namespace std::chrono_literals;

// A socket on this core, and the other end of its wire.
struct Wire {
    Wire() {
        std::array<int, 2> both{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both.data()) == 0);
        const int smallest = 1;
        ::setsockopt(both[0], SOL_SOCKET, SO_SNDBUF, &smallest, sizeof smallest);
        socket = std::make_unique<Socket>(both[0], "a peer");
        peer = both[1];
    }
    ~Wire() { finish(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void send(std::string_view bytes) const {
        REQUIRE(::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes));
    }
    // What is there now, at most `most` bytes.
    [[nodiscard]] std::string receive(std::size_t most = 65536) const {
        std::string bytes(most, '\0');
        const auto got = ::recv(peer, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    void finish() {
        if (peer >= 0) ::close(std::exchange(peer, -1));
    }

    std::unique_ptr<Socket> socket;
    int peer = -1;
};

struct Outcome {
    bool done = false;
    IoStatus status = IoStatus::ok;
    std::string bytes;
    std::size_t count = 0;
};

Task<void> read(Socket& socket, std::size_t most, Outcome& out) {
    std::string buffer(most, '\0');
    const auto result = co_await socket.read_some(buffer);
    out = {true, result.status, buffer.substr(0, result.bytes), result.bytes};
}

// What is behind `split` as a part of its own.
Task<void> write(Socket& socket, std::string bytes, Outcome& out, std::size_t split = std::string::npos) {
    const auto first = std::string_view(bytes).substr(0, split);
    const auto result = co_await socket.write(first, std::string_view(bytes).substr(first.size()));
    out = {true, result.status, {}, result.bytes};
}

void in_background(Task<void> task) {
    spawn(std::move(task), [](const std::exception_ptr&) { FAIL("the task threw"); });
}

Task<void> done(const Outcome& out) {
    auto is_so = [&out] { return out.done; };
    co_await test::eventually(is_so);
}

// More than the wire holds, and no two parts of it alike.
std::string long_text() {
    std::string text;
    for (int i = 0; text.size() < 1'000'000; ++i) text += std::to_string(i) + ' ';
    return text;
}

Task<void> reads_what_is_there() {
    Wire wire;
    CHECK(wire.socket->peer() == "a peer");
    Outcome first;
    wire.send("hello");
    co_await read(*wire.socket, 3, first);
    CHECK(first.bytes == "hel");
    co_await read(*wire.socket, 100, first);
    CHECK(first.bytes == "lo");
}

Task<void> waits_for_bytes() {
    Wire wire;
    for (const auto* const text : {"one", "two", "three"}) {
        Outcome out;
        in_background(read(*wire.socket, 100, out));
        CHECK_FALSE(out.done);
        wire.send(text);
        co_await done(out);
        CHECK(out.status == IoStatus::ok);
        CHECK(out.bytes == text);
    }
}

Task<void> writes_all_in_parts(std::size_t split) {
    Wire wire;
    const auto text = long_text();
    Outcome out;
    in_background(write(*wire.socket, text, out, split));
    CHECK_FALSE(out.done);
    std::string received;
    auto is_so = [&] {
        received += wire.receive(1000);
        return received.size() == text.size();
    };
    co_await test::eventually(is_so);
    co_await done(out);
    CHECK(received == text);
    CHECK(out.status == IoStatus::ok);
    CHECK(out.count == text.size());
}

Task<void> reads_and_writes_at_once() {
    Wire wire;
    Outcome in;
    Outcome out;
    in_background(write(*wire.socket, long_text(), out));
    in_background(read(*wire.socket, 100, in));
    CHECK_FALSE(out.done);
    wire.send("meanwhile");
    co_await done(in);
    CHECK(in.bytes == "meanwhile");
    CHECK_FALSE(out.done);
    auto is_so = [&] {
        static_cast<void>(wire.receive());
        return out.done;
    };
    co_await test::eventually(is_so);
    CHECK(out.status == IoStatus::ok);
}

Task<void> writes_nothing_at_once() {
    Wire wire;
    Outcome out;
    co_await write(*wire.socket, "", out);
    CHECK(out.status == IoStatus::ok);
}

Task<void> ends_at_the_deadline() {
    Wire wire;
    Outcome in;
    Outcome out;
    in_background(read(*wire.socket, 100, in));
    in_background(write(*wire.socket, long_text(), out));
    wire.socket->expire_after(2ms);
    co_await done(in);
    co_await done(out);
    CHECK(in.status == IoStatus::timed_out);
    CHECK(out.status == IoStatus::timed_out);
    // Later ones end at once, also with bytes there.
    wire.send("late");
    Outcome again;
    co_await read(*wire.socket, 100, again);
    CHECK(again.status == IoStatus::timed_out);
    // A new deadline is a new chance.
    wire.socket->expire_after(1h);
    co_await read(*wire.socket, 100, again);
    CHECK(again.status == IoStatus::ok);
    CHECK(again.bytes == "late");
}

Task<void> ends_when_aborted() {
    Wire wire;
    Outcome in;
    Outcome out;
    in_background(read(*wire.socket, 100, in));
    in_background(write(*wire.socket, long_text(), out));
    wire.socket->abort();
    CHECK(in.done);
    CHECK(out.done);
    CHECK(in.status == IoStatus::closed);
    CHECK(out.status == IoStatus::closed);
    wire.send("late");
    Outcome again;
    co_await read(*wire.socket, 100, again);
    CHECK(again.status == IoStatus::closed);
    co_await write(*wire.socket, "late", again);
    CHECK(again.status == IoStatus::closed);
}

Task<void> ends_when_the_peer_closes() {
    Wire wire;
    Outcome in;
    wire.send("last");
    wire.finish();
    co_await read(*wire.socket, 100, in);
    CHECK(in.bytes == "last");
    co_await read(*wire.socket, 100, in);
    CHECK(in.status == IoStatus::closed);
    Outcome out;
    co_await write(*wire.socket, "x", out);
    CHECK(out.status == IoStatus::closed);
}

Task<void> ends_when_the_peer_closes_meanwhile() {
    Wire wire;
    Outcome in;
    Outcome out;
    in_background(read(*wire.socket, 100, in));
    in_background(write(*wire.socket, long_text(), out));
    wire.finish();
    co_await done(in);
    co_await done(out);
    CHECK(in.status == IoStatus::closed);
    CHECK(out.status == IoStatus::closed);
}

Task<void> says_how_much_it_wrote() {
    Wire wire;
    Outcome out;
    const auto text = long_text();
    in_background(write(*wire.socket, text, out));
    auto is_so = [&wire] { return !wire.receive(1).empty(); };
    co_await test::eventually(is_so);
    wire.socket->abort();
    CHECK(out.status == IoStatus::closed);
    CHECK(out.count > 0);
    CHECK(out.count < text.size());
    co_await write(*wire.socket, text, out);
    CHECK(out.count == 0);
}

Task<void> is_silent_until_spoken_to() {
    Wire wire;
    CHECK(wire.socket->is_silent());
    CHECK(wire.socket->is_silent());
    wire.send("x");
    CHECK_FALSE(wire.socket->is_silent());
    Outcome in;
    co_await read(*wire.socket, 100, in);
    CHECK(in.bytes == "x");
    CHECK(wire.socket->is_silent());
    // What comes later still wakes a reader.
    Outcome later;
    in_background(read(*wire.socket, 100, later));
    wire.send("y");
    co_await done(later);
    wire.finish();
    CHECK_FALSE(wire.socket->is_silent());
}

Task<void> closes_its_descriptor() {
    Wire wire;
    wire.socket.reset();
    char byte = 0;
    CHECK(::recv(wire.peer, &byte, 1, 0) == 0);
    co_return;
}

// Reads all there is when it is told.
class Heir final : public Watcher {
public:
    void on_ready(Readiness readiness) override {
        std::array<char, 100> bytes{};
        ssize_t got = 0;
        while (readiness.readable && (got = ::recv(descriptor, bytes.data(), bytes.size(), 0)) > 0)
            received.append(bytes.data(), static_cast<std::size_t>(got));
    }
    int descriptor = -1;
    std::string received;
};

Task<void> hands_over() {
    Wire wire;
    wire.socket->expire_after(1ms);
    wire.send("for the old, for the next");
    Outcome in;
    co_await read(*wire.socket, 13, in);
    Heir heir;
    heir.descriptor = wire.socket->release_to(heir);
    co_await read(*wire.socket, 100, in);
    CHECK(in.status == IoStatus::closed);
    wire.socket.reset();  // the descriptor stays open
    auto is_so = [&heir] { return heir.received == "for the next"; };
    co_await test::eventually(is_so);
    wire.send(", and more");
    auto more = [&heir] { return heir.received == "for the next, and more"; };
    co_await test::eventually(more);
    Core::current().poller().remove(heir.descriptor, heir);
    ::close(heir.descriptor);
}

void on_core(const std::function<Task<void>()>& body) {
    test::RunningCores cores;
    cores.run(body);
}

}  // namespace

TEST_CASE("a socket reads what is there, in parts when the buffer is small") {
    on_core(reads_what_is_there);
}

TEST_CASE("a socket waits for bytes, again and again") {
    on_core(waits_for_bytes);
}

TEST_CASE("a socket writes more than the wire holds, in parts") {
    for (const std::size_t split : {std::string::npos, std::size_t{0}, std::size_t{1}, std::size_t{500'000}})
        on_core([split] { return writes_all_in_parts(split); });
    on_core(writes_nothing_at_once);
}

TEST_CASE("a socket reads while a write waits") {
    on_core(reads_and_writes_at_once);
}

TEST_CASE("past the deadline reads and writes end with a time-out, until there is a new deadline") {
    on_core(ends_at_the_deadline);
}

TEST_CASE("an aborted socket ends what waits and whatever comes later") {
    on_core(ends_when_aborted);
}

TEST_CASE("a socket gives what the peer sent before it closed, then the end") {
    on_core(ends_when_the_peer_closes);
    on_core(ends_when_the_peer_closes_meanwhile);
}

TEST_CASE("a write that fails says how much went out before") {
    on_core(says_how_much_it_wrote);
}

TEST_CASE("a socket is silent until its peer sends something or ends") {
    on_core(is_silent_until_spoken_to);
}

TEST_CASE("a socket that goes closes its descriptor") {
    on_core(closes_its_descriptor);
}

TEST_CASE("a socket hands its descriptor over, and the heir is told what is there already") {
    on_core(hands_over);
}

}  // namespace roost::net
