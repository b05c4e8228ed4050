// For subscribers that a test owns: they end on its own thread, where no topic may be let go.
#pragma once

#include "net/per_core.hpp"
#include "pubsub/hub.hpp"

#include <list>
#include <string>
#include <utility>

namespace roost::test {

// Keeps the topics of such subscribers until it ends itself: after them, and before the hubs.
class HeldTopics {
public:
    HeldTopics() = default;
    HeldTopics(const HeldTopics&) = delete;
    HeldTopics& operator=(const HeldTopics&) = delete;
    ~HeldTopics() {
        for (auto& [core, topic] : held_) net::run_blocking(*core, [&held = topic] { held.reset(); });
    }
    void listen(net::Core& core, pubsub::Hub& hub, const std::string& topic, pubsub::Subscriber& subscriber) {
        net::run_blocking(core, [&] {
            held_.emplace_back(&core, hub.topic(topic));
            subscriber.listen_to(held_.back().second, 0);
        });
    }

private:
    std::list<std::pair<net::Core*, pubsub::TopicPtr>> held_;
};

}  // namespace roost::test
