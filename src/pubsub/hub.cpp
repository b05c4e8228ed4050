#include "pubsub/hub.hpp"

#include "core/prefetch.hpp"

#include <bit>
#include <cassert>

namespace roost::pubsub {
namespace {

constexpr std::size_t prefetch_ahead = 8;
constexpr std::size_t subscriber_bytes = 104;  // a channel, with what it derives from Subscriber

}  // namespace

Hub::Hub(net::Cores& cores, net::Core& core, Encode encode) : cores_(cores), core_(core), encode_(encode) {}

net::Core& Hub::home_of(net::Cores& cores, std::string_view topic) noexcept {
    const auto colon = topic.find(':');
    return cores.home_of(colon == std::string_view::npos ? topic : topic.substr(colon + 1));
}

void intrusive_ptr_add_ref(Topic* topic) noexcept {
    ++topic->holders;
}

void intrusive_ptr_release(Topic* topic) {
    if (--topic->holders == 0) topic->hub.forget(*topic);
}

TopicPtr Hub::topic(std::string_view name) {
    const auto found = topics_.find(name);
    if (found != topics_.end()) return TopicPtr(&found->second);
    auto& topic = topics_.try_emplace(std::string(name), *this).first->second;
    topic.name = name;
    return TopicPtr(&topic);
}

Task<void> Hub::subscribe(Subscriber& subscriber) {
    const auto topic = subscriber.topic_;
    const auto encoding = subscriber.encoding();
    if (!topic->known_at_home[encoding]) {
        co_await tell_home(topic->name, encoding, true);
        topic->known_at_home[encoding] = true;
    }
    subscriber.place_ = static_cast<std::uint32_t>(topic->subscribers.size());
    topic->subscribers.push_back(&subscriber);
}

void Hub::unsubscribe(Subscriber& subscriber) {
    if (subscriber.place_ == Subscriber::nowhere) return;
    auto& subscribers = subscriber.topic_->subscribers;
    subscribers.back()->place_ = subscriber.place_;
    subscribers[subscriber.place_] = subscribers.back();
    subscriber.place_ = Subscriber::nowhere;
    subscribers.pop_back();
}

// The home is told that nobody here wants the topic any more: what is posted to the home arrives in order, so
// a later subscriber's message comes behind this one.
void Hub::forget(Topic& topic) {
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
    broadcast->is_binary = publication.is_binary;
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
