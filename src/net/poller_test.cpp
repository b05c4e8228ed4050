#include "net/poller.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <vector>

namespace roost::net {
namespace {

using test::RunningCores;

struct Pair {
    Pair() {
        std::array<int, 2> both{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both.data()) == 0);
        ours = both[0];
        theirs = both[1];
    }
    ~Pair() {
        ::close(ours);
        finish();
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    void send() const { REQUIRE(::send(theirs, "x", 1, MSG_NOSIGNAL) == 1); }
    void finish() {
        if (theirs >= 0) ::close(std::exchange(theirs, -1));
    }
    int ours = -1;
    int theirs = -1;
};

// Writes down what it is told, and does what the test says.
class Told final : public Watcher {
public:
    void on_ready(Readiness readiness) override {
        calls.push_back(readiness);
        if (then) then();
    }
    [[nodiscard]] std::size_t readable() const {
        return static_cast<std::size_t>(std::ranges::count_if(calls, &Readiness::readable));
    }
    std::vector<Readiness> calls;
    std::function<void()> then;
};

// The poller has handed out what was ready before this.
Task<void> next_events() {
    Pair marker;
    Told told;
    auto& poller = Core::current().poller();
    marker.send();
    poller.watch_level(marker.ours, told, false);
    auto is_so = [&told] { return !told.calls.empty(); };
    co_await test::eventually(is_so);
    poller.remove(marker.ours, told);
    test::NextTurn turn;
    co_await turn;
}

Task<void> told_once_per_edge() {
    Pair pair;
    Told told;
    auto& poller = Core::current().poller();
    poller.add(pair.ours, told);
    co_await next_events();
    REQUIRE(told.calls.size() == 1);
    CHECK(told.calls[0].writable);
    CHECK_FALSE(told.calls[0].readable);
    pair.send();
    co_await next_events();
    co_await next_events();
    REQUIRE(told.calls.size() == 2);
    CHECK(told.calls[1].readable);
    CHECK_FALSE(told.calls[1].ended);
    pair.send();  // nothing was read: still an edge
    co_await next_events();
    CHECK(told.calls.size() == 3);
    poller.remove(pair.ours, told);
}

Task<void> told_of_the_end() {
    Pair pair;
    Told told;
    auto& poller = Core::current().poller();
    poller.add(pair.ours, told);
    pair.finish();
    co_await next_events();
    REQUIRE_FALSE(told.calls.empty());
    CHECK(told.calls.back().readable);
    CHECK(told.calls.back().ended);
    poller.remove(pair.ours, told);
}

Task<void> told_of_half_an_end() {
    Pair pair;
    Told told;
    auto& poller = Core::current().poller();
    poller.add(pair.ours, told);
    co_await next_events();
    told.calls.clear();
    ::shutdown(pair.theirs, SHUT_WR);
    co_await next_events();
    REQUIRE(told.calls.size() == 1);
    CHECK(told.calls[0].readable);
    CHECK(told.calls[0].ended);
    poller.remove(pair.ours, told);
}

// Both are ready before the poller looks: whichever is told first removes the other.
Task<void> removed_in_the_same_batch() {
    Pair first_pair;
    Pair second_pair;
    Told first;
    Told second;
    auto& poller = Core::current().poller();
    first.then = [&] { poller.remove(second_pair.ours, second); };
    second.then = [&] { poller.remove(first_pair.ours, first); };
    first_pair.send();
    second_pair.send();
    poller.add(first_pair.ours, first);
    poller.add(second_pair.ours, second);
    co_await next_events();
    CHECK(first.calls.size() + second.calls.size() == 1);
    auto& left = first.calls.empty() ? second : first;
    poller.remove(first.calls.empty() ? second_pair.ours : first_pair.ours, left);
}

Task<void> removed_by_itself() {
    Pair pair;
    Told told;
    auto& poller = Core::current().poller();
    told.then = [&] { poller.remove(pair.ours, told); };
    poller.add(pair.ours, told);
    co_await next_events();
    pair.send();
    co_await next_events();
    CHECK(told.calls.size() == 1);
}

Task<void> replaced() {
    Pair pair;
    Told first;
    Told second;
    auto& poller = Core::current().poller();
    poller.add(pair.ours, first);
    pair.send();
    co_await next_events();
    const auto before = first.calls.size();
    CHECK(first.readable() == 1);
    poller.replace(pair.ours, first, second);
    co_await next_events();
    CHECK(first.calls.size() == before);
    REQUIRE(second.calls.size() == 1);
    CHECK(second.calls[0].readable);
    poller.replace(pair.ours, second, second);  // asks again for itself
    co_await next_events();
    CHECK(second.calls.size() == 2);
    poller.remove(pair.ours, second);
}

// The event is collected for the old watcher when it is replaced.
Task<void> replaced_in_the_same_batch() {
    std::array<Pair, 2> pairs;
    std::array<Told, 2> old;
    std::array<Told, 2> next;
    auto& poller = Core::current().poller();
    for (const std::size_t i : {0U, 1U}) {
        old[i].then = [&, other = 1 - i] { poller.replace(pairs[other].ours, old[other], next[other]); };
        pairs[i].send();
        poller.add(pairs[i].ours, old[i]);
    }
    co_await next_events();
    co_await next_events();
    const std::size_t told = old[0].calls.empty() ? 1 : 0;
    CHECK(old[told].calls.size() == 1);
    CHECK(old[1 - told].calls.empty());
    CHECK(next[1 - told].readable() == 1);
    poller.remove(pairs[told].ours, old[told]);
    poller.remove(pairs[1 - told].ours, next[1 - told]);
}

Task<void> level_triggered() {
    Pair pair;
    Told told;
    auto& poller = Core::current().poller();
    poller.watch_level(pair.ours, told, false);
    co_await next_events();
    CHECK(told.calls.empty());
    pair.send();
    auto is_so = [&told] { return told.readable() >= 3; };  // as long as nobody reads
    co_await test::eventually(is_so);
    CHECK_FALSE(told.calls.back().writable);
    poller.watch_level(pair.ours, told, true);
    auto may_write = [&told] { return told.calls.back().writable; };
    co_await test::eventually(may_write);
    poller.remove(pair.ours, told);
    const auto calls = told.calls.size();
    co_await next_events();
    CHECK(told.calls.size() == calls);
}

// More than one batch.
Task<void> many_at_once() {
    std::array<Pair, 300> pairs;
    std::array<Told, 300> told;
    auto& poller = Core::current().poller();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i].send();
        poller.add(pairs[i].ours, told[i]);
    }
    auto is_so = [&told] {
        return std::ranges::all_of(told, [](const Told& t) { return !t.calls.empty(); });
    };
    co_await test::eventually(is_so);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        CHECK(told[i].calls.size() == 1);
        poller.remove(pairs[i].ours, told[i]);
    }
}

void on_core(Task<void> (*body)()) {
    RunningCores cores;
    cores.run(body);
}

}  // namespace

TEST_CASE("a watcher is told once per edge, reading and writing") {
    on_core(told_once_per_edge);
}

TEST_CASE("a watcher is told that the peer has closed, and that it has closed one side") {
    on_core(told_of_the_end);
    on_core(told_of_half_an_end);
}

TEST_CASE("a watcher that another one of the same batch removes gets no call") {
    for (int i = 0; i < 20; ++i) on_core(removed_in_the_same_batch);
}

TEST_CASE("a watcher may remove itself") {
    on_core(removed_by_itself);
}

TEST_CASE("a watcher that replaces another is told what is ready now, and the other nothing more") {
    on_core(replaced);
    for (int i = 0; i < 20; ++i) on_core(replaced_in_the_same_batch);
}

TEST_CASE("a level-triggered watcher is told again until it has read, and of writing only when it wants") {
    on_core(level_triggered);
}

TEST_CASE("more watchers than fit a batch are all told") {
    on_core(many_at_once);
}

}  // namespace roost::net
