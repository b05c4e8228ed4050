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
struct Topic;

// One that gets a topic's broadcasts. deliver() must not subscribe or unsubscribe anybody.
class Subscriber {
public:
    explicit Subscriber(Encoding encoding) : encoding_(encoding) {}
    virtual void deliver(const Broadcast& broadcast) = 0;
    [[nodiscard]] Encoding encoding() const noexcept { return encoding_; }

protected:
    virtual ~Subscriber() = default;  // for g++, which minds that the friend could call it

private:
    friend class Hub;
    Topic* topic_ = nullptr;
    std::uint32_t place_ = 0;  // in its topic's list
    Encoding encoding_;
};

// The subscribers of a topic on one core.
struct Topic {
    std::string name;
    std::vector<Subscriber*> subscribers;
    std::array<bool, encodings> known_at_home{};
    std::uint32_t users = 0;  // subscribers, and those about to be
};

// Lives and is used on its core; `hubs` are all cores' and outlive the traffic between them.
class Hub {
public:
    Hub(net::Cores& cores, net::Core& core, Encode encode);
    void connect(net::PerCore<Hub>& hubs) { hubs_ = &hubs; }

    // From when this returns, the subscriber gets every broadcast that its home orders after.
    Task<void> subscribe(std::string topic, Subscriber& subscriber);
    void unsubscribe(Subscriber& subscriber);

    // Hands it to the topic's home. Returns when this core's own subscribers have it (the ticket).
    Task<void> publish(Publication publication);

    // Only on the topic's home core: in the order of the calls.
    void publish_at_home(const Publication& publication);

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
    void forget_if_unused(Topic& topic);

    net::Cores& cores_;
    net::Core& core_;
    Encode encode_;
    net::PerCore<Hub>* hubs_ = nullptr;
    std::unordered_map<std::string, Topic, TransparentHash, std::equal_to<>> topics_;
    std::unordered_map<std::string, Interest, TransparentHash, std::equal_to<>> interests_;
};

}  // namespace roost::pubsub
