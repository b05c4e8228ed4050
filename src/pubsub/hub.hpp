// The hub of one core: which subscribers this core has, and for the topics at home here, which cores have
// some.
//
// Every topic has a home core, which puts its broadcasts in one order: a publisher's core hands them to the
// home, the home hands them to the cores that are interested, each of these hands them to its own
// subscribers. All of that goes by messages posted between cores, in order, so that a publisher that waits
// for its ticket (publish) has its own subscribers served first: a broadcast precedes its reply.
#pragma once

#include "core/task.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"
#include "pubsub/broadcast.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace roost::pubsub {

struct TransparentHash : std::hash<std::string_view> {
    using is_transparent = void;
};

class Hub;
class Subscriber;

// A topic on one core: its name, and who subscribes to it there. It is there as long as somebody holds it,
// and no longer than its hub.
struct Topic {
    explicit Topic(Hub& of) : hub(of) {}

    Hub& hub;
    std::string name;
    std::vector<Subscriber*> subscribers;
    std::array<bool, encodings> known_at_home{};
    std::uint32_t holders = 0;
};
void intrusive_ptr_add_ref(Topic* topic) noexcept;
void intrusive_ptr_release(Topic* topic);
using TopicPtr = boost::intrusive_ptr<Topic>;

// One that gets a topic's broadcasts. deliver() must not subscribe or unsubscribe anybody.
class Subscriber {
public:
    Subscriber() = default;
    Subscriber(TopicPtr topic, Encoding encoding) { listen_to(std::move(topic), encoding); }
    virtual void deliver(const Broadcast& broadcast) = 0;

    // Not while it is subscribed.
    void listen_to(TopicPtr topic, Encoding encoding) {
        topic_ = std::move(topic);
        encoding_ = encoding;
    }
    [[nodiscard]] const std::string& topic() const noexcept { return topic_->name; }
    [[nodiscard]] Encoding encoding() const noexcept { return encoding_; }

protected:
    virtual ~Subscriber() = default;  // for g++, which minds that the friend could call it

private:
    friend class Hub;
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

    TopicPtr topic_;
    std::uint32_t place_ = nowhere;  // in its topic's list
    Encoding encoding_ = 0;
};

// Lives and is used on its core; `hubs` are all cores' and outlive the traffic between them.
class Hub {
public:
    Hub(net::Cores& cores, net::Core& core, Encode encode);
    void connect(net::PerCore<Hub>& hubs) { hubs_ = &hubs; }

    [[nodiscard]] TopicPtr topic(std::string_view name);
    // From when this returns, the subscriber gets every broadcast of its topic that the home orders after.
    Task<void> subscribe(Subscriber& subscriber);
    void unsubscribe(Subscriber& subscriber);

    // Hands it to the topic's home. Returns when this core's own subscribers have it (the ticket).
    Task<void> publish(Publication publication);

    // Only on the topic's home core: in the order of the calls.
    void publish_at_home(const Publication& publication);
    // There too: whether any core has subscribers.
    [[nodiscard]] bool is_wanted(std::string_view topic) const { return interests_.contains(topic); }

    // The core that orders a topic: that of the text behind its first colon, so that all topics of a room
    // share the home of the room.
    static net::Core& home_of(net::Cores& cores, std::string_view topic) noexcept;

private:
    // Which cores want which encodings of a topic at home here: a bit per core.
    struct Interest {
        std::array<std::uint64_t, encodings> cores{};
    };

    Task<bool> tell_home(std::string topic, Encoding encoding, bool wanted);
    Task<bool> noted(std::string topic, Encoding encoding, unsigned core, bool wanted);
    Task<bool> ordered(const Publication& publication);
    Task<void> unwanted(std::string topic, Encoding encoding);
    void deliver(const std::string& topic, const Broadcast& broadcast);
    friend void intrusive_ptr_release(Topic* topic);
    void forget(Topic& topic);

    net::Cores& cores_;
    net::Core& core_;
    Encode encode_;
    net::PerCore<Hub>* hubs_ = nullptr;
    std::unordered_map<std::string, Topic, TransparentHash, std::equal_to<>> topics_;
    std::unordered_map<std::string, Interest, TransparentHash, std::equal_to<>> interests_;
};

}  // namespace roost::pubsub
