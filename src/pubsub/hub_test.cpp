#include "pubsub/hub.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace roost::pubsub {
namespace {

using test::RunningCores;
using Frames = std::vector<std::string>;

// Counts what is encoded, of each encoding.
std::array<std::atomic<int>, encodings> encoded;

FramePtr encode(const Publication& publication, Encoding encoding) {
    ++encoded[encoding];
    return share(publication.topic + " " + publication.event + " " + publication.payload + " " +
                 std::to_string(encoding));
}

// Keeps what it gets. Lives on one core.
class Listener final : public Subscriber {
public:
    explicit Listener(Encoding encoding = 0, SubscriberId id = 0) : wanted_(encoding), id_(id) {}
    // On its core; what it held is let go there too.
    void listen(Hub& hub, std::string_view topic) { listen_to(hub.topic(topic), wanted_); }
    void let_go() { listen_to(nullptr, wanted_); }
    void deliver(const Broadcast& broadcast) override {
        if (broadcast.except != 0 && broadcast.except == id_) return;
        REQUIRE(broadcast.frames[encoding()] != nullptr);
        frames.emplace_back(broadcast.frames[encoding()]->view());
        places.push_back(broadcast.changed_seq);
        addresses.push_back(broadcast.frames[encoding()]->view().data());
    }
    Frames frames;
    std::vector<std::int64_t> places;
    std::vector<const char*> addresses;

private:
    Encoding wanted_;
    SubscriberId id_;
};

// The hubs of some cores.
struct Node {
    explicit Node(unsigned count)
        : cores(count), hubs(cores.all(), [this](net::Core& core) {
              return std::make_unique<Hub>(cores.all(), core, encode);
          }) {
        for (unsigned i = 0; i < count; ++i) cores.call([&, i] { hubs[i].connect(hubs); }, i);
        for (auto& count_of : encoded) count_of = 0;
    }
    ~Node() {
        for (unsigned i = 0; i < cores.all().size(); ++i) cores.call([this, i] { held_[i].clear(); }, i);
    }
    // Topics are held until the end, for listeners end on another thread; but those of who unsubscribes.
    void subscribe(unsigned core, Listener& listener, const std::string& topic = "room:lobby") {
        cores.call(
            [&, core] {
                listener.listen(hubs[core], topic);
                held_[core].emplace(&listener, hubs[core].topic(topic));
            },
            core);
        cores.run([&, core] { return hubs[core].subscribe(listener); }, core);
    }
    void unsubscribe(unsigned core, Listener& listener) {
        cores.call(
            [&, core] {
                hubs[core].unsubscribe(listener);
                listener.let_go();
                held_[core].erase(&listener);
            },
            core);
    }
    void publish(unsigned core, Publication publication) {
        cores.run([&, core] { return hubs[core].publish(publication); }, core);
    }
    void publish(unsigned core, const std::string& payload, const std::string& topic = "room:lobby") {
        publish(core, Publication{.topic = topic, .event = "shout", .payload = payload});
    }
    // What was posted between the cores so far has arrived everywhere: home and back is two hops.
    void settle() {
        for (int hop = 0; hop < 3; ++hop)
            for (unsigned i = 0; i < cores.all().size(); ++i) {
                cores.run(turn, i);
            }
    }
    unsigned home(std::string_view topic) { return Hub::home_of(cores.all(), topic).index(); }
    // A topic at home on that core.
    std::string topic_at(unsigned core) {
        for (int i = 0;; ++i) {
            auto topic = "room:" + std::to_string(i);
            if (home(topic) == core) return topic;
        }
    }

    RunningCores cores;
    net::PerCore<Hub> hubs;

private:
    std::array<std::map<const Listener*, TopicPtr>, 4> held_;
    static Task<void> turn() {
        test::NextTurn next;
        co_await next;
    }
};

Frames lines(const std::vector<std::string>& payloads, const std::string& topic = "room:lobby") {
    Frames all;
    for (const auto& payload : payloads) all.push_back(fmt::format("{} shout {} 0", topic, payload));
    return all;
}

// Publishes without waiting for one before the next: tickets come back later.
Task<void> publish_many(Hub& hub, std::string topic, std::string name, int count) {
    for (int i = 0; i < count; ++i) {
        Publication publication{.topic = topic, .event = "shout", .payload = name + std::to_string(i)};
        co_await hub.publish(std::move(publication));
    }
}

// After the ticket the own core's subscriber has it.
Task<void> publish_and_look(Hub& hub, Listener& own, std::string topic, int count) {
    for (int i = 1; i <= count; ++i) {
        Publication publication{.topic = topic, .event = "shout", .payload = "x"};
        co_await hub.publish(std::move(publication));
        REQUIRE(own.frames.size() == static_cast<std::size_t>(i));
    }
}

// Once this returns, the subscriber gets what is published here.
Task<void> churn(Hub& hub, std::string topic, int times) {
    for (int i = 0; i < times; ++i) {
        Listener listener;
        listener.listen(hub, topic);
        co_await hub.subscribe(listener);
        Publication publication{.topic = topic, .event = "shout", .payload = "mine"};
        co_await hub.publish(std::move(publication));
        hub.unsubscribe(listener);
        REQUIRE(!listener.frames.empty());
    }
}

Task<void> subscribe_and_count(Hub& hub, Listener& listener, int& subscribed) {
    co_await hub.subscribe(listener);
    ++subscribed;
}

void fail_the_test(const std::exception_ptr&) {
    FAIL("the task threw");
}

}  // namespace

TEST_CASE("every subscriber of a topic gets each broadcast once, on every core") {
    for (const unsigned count : {1U, 4U}) {
        CAPTURE(count);
        Node node(count);
        std::deque<Listener> listeners(2 * count);
        Listener other;
        for (unsigned i = 0; i < 2 * count; ++i) node.subscribe(i % count, listeners[i]);
        node.subscribe(0, other, "room:other");
        for (unsigned i = 0; i < count; ++i) node.publish(i, std::to_string(i));
        node.settle();
        for (auto& listener : listeners)
            CHECK(listener.frames == (count == 1 ? lines({"0"}) : lines({"0", "1", "2", "3"})));
        CHECK(other.frames.empty());
    }
}

TEST_CASE("81: a broadcast is encoded once per encoding, and only where somebody wants it") {
    Node node(3);
    std::deque<Listener> text(6);
    Listener binary(2);
    for (unsigned i = 0; i < 6; ++i) node.subscribe(i % 3, text[i]);
    node.publish(1, "one");
    node.settle();
    CHECK(encoded[0] == 1);
    CHECK(encoded[2] == 0);
    node.subscribe(2, binary);
    node.publish(1, "two");
    node.settle();
    CHECK(encoded[0] == 2);
    CHECK(encoded[1] == 0);
    CHECK(encoded[2] == 1);
    CHECK(binary.frames == Frames{"room:lobby shout two 2"});
    for (auto& listener : text) CHECK(listener.addresses == text.front().addresses);
}

TEST_CASE("nothing is encoded for a topic that nobody has") {
    Node node(3);
    node.publish(0, "alone");
    node.publish(2, "alone");
    CHECK(encoded[0] == 0);
}

TEST_CASE("83: all subscribers on all cores get the broadcasts of all cores in one order") {
    constexpr int each = 300;
    for (const unsigned count : {1U, 4U}) {
        Node node(count);
        std::deque<Listener> listeners(2 * count);
        for (unsigned i = 0; i < 2 * count; ++i) node.subscribe(i % count, listeners[i]);
        for (unsigned i = 0; i < count; ++i)
            for (const std::string name : {"a", "b"}) {
                const auto from = name + std::to_string(i) + "-";
                node.cores[i].post([&node, i, from] {
                    spawn(publish_many(node.hubs[i], "room:lobby", from, each), fail_the_test);
                });
            }
        for (unsigned i = 0; i < 2 * count; ++i)
            node.cores.wait_until([&, i] { return listeners[i].frames.size() >= 2 * count * each; },
                                  i % count);
        node.settle();
        for (auto& listener : listeners) CHECK(listener.frames == listeners.front().frames);
        // And of one publisher in the order it published.
        for (const std::string name : {"a0-", "b0-"}) {
            int next = 0;
            for (const auto& frame : listeners.front().frames)
                if (frame == "room:lobby shout " + name + std::to_string(next) + " 0") ++next;
            CHECK(next == each);
        }
    }
}

TEST_CASE("79: a publisher's ticket comes back behind the frame to its own core, wherever the home is") {
    for (const unsigned count : {1U, 4U}) {
        Node node(count);
        for (unsigned core = 0; core < count; ++core)
            for (unsigned home = 0; home < std::min(count, 2U); ++home) {
                const auto topic = node.topic_at(home);
                Listener own;
                node.subscribe(core, own, topic);
                node.cores.run([&] { return publish_and_look(node.hubs[core], own, topic, 100); }, core);
                node.unsubscribe(core, own);
            }
    }
}

TEST_CASE(
    "a subscriber gets what is published after it has subscribed, and nothing after it has unsubscribed") {
    Node node(3);
    for (unsigned core = 0; core < 3; ++core) {
        Listener listener;
        Listener stays;
        node.subscribe(core, stays);
        node.publish(0, "before");
        node.subscribe(core, listener);
        node.publish(1, "during");
        node.settle();
        node.unsubscribe(core, listener);
        node.publish(2, "after");
        node.settle();
        CHECK(listener.frames == lines({"during"}));
        CHECK(stays.frames == lines({"before", "during", "after"}));
        node.unsubscribe(core, stays);
        node.unsubscribe(core, stays);  // again does nothing
    }
}

TEST_CASE("subscribers come and go from any place of the list") {
    Node node(1);
    std::deque<Listener> listeners(10);
    for (auto& listener : listeners) node.subscribe(0, listener);
    for (const std::size_t i : {0U, 9U, 4U, 5U}) node.unsubscribe(0, listeners[i]);
    node.publish(0, "x");
    int got = 0;
    for (auto& listener : listeners) got += static_cast<int>(listener.frames.size());
    CHECK(got == 6);
    for (const std::size_t i : {0U, 9U, 4U, 5U}) CHECK(listeners[i].frames.empty());
    for (auto& listener : listeners) node.unsubscribe(0, listener);
}

TEST_CASE("80: a broadcast names who is left out, and the others get it") {
    Node node(3);
    Listener sender(0, 7);
    Listener same_core(0, 8);
    Listener other_core(0, 9);
    node.subscribe(1, sender);
    node.subscribe(1, same_core);
    node.subscribe(2, other_core);
    node.publish(1, Publication{.topic = "room:lobby", .event = "shout", .payload = "x", .except = 7});
    node.settle();
    CHECK(sender.frames.empty());
    CHECK(same_core.frames == lines({"x"}));
    CHECK(other_core.frames == lines({"x"}));
}

TEST_CASE("a broadcast carries its place in the log to every core") {
    Node node(3);
    std::deque<Listener> listeners(3);
    for (unsigned i = 0; i < 3; ++i) node.subscribe(i, listeners[i]);
    node.publish(0, Publication{.topic = "room:lobby", .event = "new", .payload = "{}", .changed_seq = 42});
    node.settle();
    for (auto& listener : listeners) CHECK(listener.places == std::vector<std::int64_t>{42});
}

TEST_CASE("what the home itself publishes reaches all cores in the order of the calls") {
    Node node(3);
    const auto topic = node.topic_at(1);
    std::deque<Listener> listeners(3);
    for (unsigned i = 0; i < 3; ++i) node.subscribe(i, listeners[i], topic);
    node.cores.call(
        [&] {
            for (const std::string payload : {"1", "2", "3"})
                node.hubs[1].publish_at_home({.topic = topic, .event = "shout", .payload = payload});
        },
        1);
    node.settle();
    for (auto& listener : listeners) CHECK(listener.frames == lines({"1", "2", "3"}, topic));
}

TEST_CASE("all topics of a room have the room's home") {
    RunningCores cores(3);
    for (const std::string slug : {"lobby", "den", "a:b", ""}) {
        const auto& home = cores.all().home_of(slug);
        CHECK(&Hub::home_of(cores.all(), "room:" + slug) == &home);
        CHECK(&Hub::home_of(cores.all(), "messages:" + slug) == &home);
    }
    CHECK(&Hub::home_of(cores.all(), "lobby") == &cores.all().home_of("lobby"));
}

TEST_CASE(
    "many subscribe and unsubscribe at once on all cores, none misses its own broadcast, and no interest "
    "stays") {
    for (const unsigned count : {1U, 4U}) {
        Node node(count);
        std::atomic<unsigned> done = 0;
        constexpr auto body = [](Hub& hub, std::string topic, std::atomic<unsigned>& ended) -> Task<void> {
            co_await churn(hub, std::move(topic), 200);
            ++ended;
        };
        for (unsigned i = 0; i < count; ++i)
            for (int parallel = 0; parallel < 3; ++parallel)
                node.cores[i].post([&, i] { spawn(body(node.hubs[i], "room:lobby", done), fail_the_test); });
        node.cores.wait_until([&] { return done == 3 * count; });
        node.settle();
        // Nobody is left: the home does not encode.
        for (auto& count_of : encoded) count_of = 0;
        node.publish(count - 1, "to nobody");
        CHECK(encoded[0] == 0);
    }
}

TEST_CASE("while one subscriber waits for the home, others of the topic may leave") {
    Node node(3);
    const auto topic = node.topic_at(1);
    Listener first(0);
    Listener second(1);
    node.subscribe(0, first, topic);
    int subscribed = 0;
    node.cores.call([&] {
        second.listen(node.hubs[0], topic);
        spawn(subscribe_and_count(node.hubs[0], second, subscribed), fail_the_test);
        node.hubs[0].unsubscribe(first);
        first.let_go();
    });
    node.cores.wait_until([&] { return subscribed == 1; });
    node.publish(0, "x", topic);
    CHECK(first.frames.empty());
    CHECK(second.frames == Frames{topic + " shout x 1"});
    node.unsubscribe(0, first);
    node.unsubscribe(0, second);
    node.settle();
    for (auto& count_of : encoded) count_of = 0;
    node.publish(2, "y", topic);
    CHECK(encoded[0] == 0);
    CHECK(encoded[1] == 0);
}

TEST_CASE("an encoding is no longer made when the last who wanted it has left the topic's core") {
    Node node(3);
    const auto topic = node.topic_at(1);
    Listener binary(3);
    node.subscribe(2, binary, topic);
    node.unsubscribe(2, binary);
    node.settle();
    Listener text(0);
    node.subscribe(2, text, topic);
    node.publish(0, "x", topic);
    CHECK(encoded[0] == 1);
    CHECK(encoded[3] == 0);
    node.unsubscribe(2, text);
}

}  // namespace roost::pubsub
