#include "pubsub/hub.hpp"

#include "core/prefetch.hpp"

#include <bit>
#include <cassert>

namespace roost::pubsub {
namespace {

constexpr std::size_t prefetch_ahead = 8;
constexpr std::size_t subscriber_bytes = 144;  // a channel, with what it derives from Subscriber

}  // namespace

Hub::Hub(net::Cores& cores, net::Core& core, Encode encode) : cores_(cores), core_(core), encode_(encode) {}

net::Core& Hub::home_of(net::Cores& cores, std::string_view topic) noexcept {
    const auto colon = topic.find(':');
    return cores.home_of(colon == std::string_view::npos ? topic : topic.substr(colon + 1));
}

Task<void> Hub::subscribe(std::string name, Subscriber& subscriber) {
    auto& topic = topics_.try_emplace(name).first->second;
    if (topic.name.empty()) topic.name = name;
    ++topic.users;
    const auto encoding = subscriber.encoding();
    if (!topic.known_at_home[encoding]) {
        co_await tell_home(name, encoding, true);
        topic.known_at_home[encoding] = true;
    }
    subscriber.topic_ = &topic;
    subscriber.place_ = static_cast<std::uint32_t>(topic.subscribers.size());
    topic.subscribers.push_back(&subscriber);
}

void Hub::unsubscribe(Subscriber& subscriber) {
    auto* topic = std::exchange(subscriber.topic_, nullptr);
    if (topic == nullptr) return;
    auto*& place = topic->subscribers[subscriber.place_];
    place = topic->subscribers.back();
    place->place_ = subscriber.place_;
    topic->subscribers.pop_back();
    --topic->users;
    forget_if_unused(*topic);
}

// The home is told that nobody here wants the topic any more, and only when nobody is about to subscribe:
// what is posted to the home arrives in order, so a later subscriber's message comes behind this one.
void Hub::forget_if_unused(Topic& topic) {
    if (topic.users > 0) return;
    for (Encoding encoding = 0; encoding < encodings; ++encoding)
        if (topic.known_at_home[encoding])
            spawn(unwanted(topic.name, encoding), [](const std::exception_ptr&) {});
    topics_.erase(std::string(topic.name));
}

Task<void> Hub::unwanted(std::string topic, Encoding encoding) {
    co_await tell_home(std::move(topic), encoding, false);
}

Task<bool> Hub::tell_home(std::string topic, Encoding encoding, bool wanted) {
    auto& home = home_of(cores_, topic);
    auto tell = [&home_hub = (*hubs_)[home.index()], topic, encoding, core = core_.index(),
                 wanted]() -> Task<bool> { return home_hub.noted(topic, encoding, core, wanted); };
    co_return co_await net::call_on(home, std::move(tell));
}

Task<bool> Hub::noted(std::string topic, Encoding encoding, unsigned core, bool wanted) {
    auto& cores = interests_[topic].cores;
    const auto bit = std::uint64_t{1} << core;
    cores[encoding] = wanted ? cores[encoding] | bit : cores[encoding] & ~bit;
    if (std::ranges::all_of(cores, [](std::uint64_t mask) { return mask == 0; })) interests_.erase(topic);
    co_return true;
}

Task<void> Hub::publish(Publication publication) {
    auto& home = home_of(cores_, publication.topic);
    auto order = [&home_hub = (*hubs_)[home.index()], &publication]() -> Task<bool> {
        return home_hub.ordered(publication);
    };
    co_await net::call_on(home, std::move(order));
}

Task<bool> Hub::ordered(const Publication& publication) {
    publish_at_home(publication);
    co_return true;
}

void Hub::publish_at_home(const Publication& publication) {
    assert(&home_of(cores_, publication.topic) == &core_);
    const auto found = interests_.find(publication.topic);
    if (found == interests_.end()) return;
    auto broadcast = std::make_shared<Broadcast>();
    broadcast->log = publication.log;
    broadcast->changed_seq = publication.changed_seq;
    broadcast->except = publication.except;
    std::uint64_t cores = 0;
    for (Encoding encoding = 0; encoding < encodings; ++encoding) {
        if (found->second.cores[encoding] == 0) continue;
        cores |= found->second.cores[encoding];
        broadcast->frames[encoding] = encode_(publication, encoding);
    }
    for (; cores != 0; cores &= cores - 1) {
        const auto index = static_cast<unsigned>(std::countr_zero(cores));
        if (index == core_.index()) {
            deliver(publication.topic, *broadcast);
        } else {
            cores_[index].post([&hub = (*hubs_)[index], topic = publication.topic,
                                shared = BroadcastPtr(broadcast)] { hub.deliver(topic, *shared); });
        }
    }
}

void Hub::deliver(const std::string& name, const Broadcast& broadcast) {
    const auto topic = topics_.find(name);
    if (topic == topics_.end()) return;
    const auto& subscribers = topic->second.subscribers;
    for (std::size_t i = 0; i < subscribers.size(); ++i) {
        if (i + prefetch_ahead < subscribers.size())
            prefetch<subscriber_bytes>(subscribers[i + prefetch_ahead]);
        subscribers[i]->deliver(broadcast);
    }
}

}  // namespace roost::pubsub
