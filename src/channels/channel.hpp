// A channel: one topic joined on one socket. Applications derive from it (see definition.hpp).
//
// Lives on its socket's core. Its events are handled one after the other, in the order they came: a handler
// that waits keeps the later ones of this channel waiting and nobody else. What is pushed or broadcast during
// join goes out behind the join's reply. The socket and running handlers share its ownership.
#pragma once

#include "channels/event.hpp"
#include "channels/serializer.hpp"
#include "core/task.hpp"
#include "pubsub/broadcast.hpp"
#include "pubsub/hub.hpp"
#include "schema/encode.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace roost::channels {

class Socket;
class Definition;

class Channel : public pubsub::Subscriber,
                public boost::intrusive_ref_counter<Channel, boost::thread_unsafe_counter> {
public:
    Channel();
    ~Channel() override;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    [[nodiscard]] const std::string& topic() const noexcept { return topic_; }

protected:
    [[nodiscard]] Socket& socket() const noexcept { return *socket_; }
    // The topic behind its first colon: the slug of "room:<slug>".
    [[nodiscard]] std::string_view subtopic() const noexcept;

    // From when this returns, the topic's broadcasts reach this client.
    Task<void> subscribe();
    // Of durable broadcasts only those of this log go to the client, and of them those behind the place that
    // it knows already. A topic's name may come to mean another log.
    void follow(std::int64_t log, std::int64_t changed_seq) noexcept {
        log_ = log;
        seen_ = changed_seq;
    }

    // To this client only.
    template <class Out>
    void push(const EventOut<Out>& event, const Out& payload) {
        push_json(event.name, schema::to_json(payload));
    }
    // To all subscribers of the topic, this one included; done when those of this core have it.
    template <class Out>
    Task<void> broadcast(const EventOut<Out>& event, const Out& payload) {
        return publish(event.name, schema::to_json(payload), 0);
    }
    // To all but this channel.
    template <class Out>
    Task<void> broadcast_from(const EventOut<Out>& event, const Out& payload) {
        return publish(event.name, schema::to_json(payload), id_);
    }

private:
    friend class Socket;
    enum class State : std::uint8_t { joining, joined, ended };

    // An event that waits for its turn: what Inbound shows, owned. `replaces`: of a join, the join_ref of the
    // channel whose place it takes.
    struct Event {
        std::string ref;
        std::string name;
        std::string payload;
        std::string replaces;
    };

    void open(Socket& socket, const Definition& definition, std::string_view topic,
              std::string_view join_ref);
    void take(Event event);
    void detach();

    Task<void> work(boost::intrusive_ptr<Channel> self, Event event);
    Task<void> handle(const Event& event);
    Task<void> join(const Event& event);
    Task<void> call_handler(const Event& event);
    struct Reply;
    Task<Reply> call_join(std::string payload);
    void leave(const Event& event);
    void failed();
    void end();

    void deliver(const pubsub::Broadcast& broadcast) override;
    void deliver_held();
    void push_json(std::string_view event, std::string payload);
    void push_lifecycle(std::string_view event, std::string_view payload, std::string_view join_ref);
    Task<void> publish(std::string_view event, std::string payload, pubsub::SubscriberId except);
    void reply(std::string_view ref, std::string_view status, std::string_view response);
    struct Frame {
        pubsub::FramePtr bytes;
        std::int64_t log;
        std::int64_t changed_seq;
    };
    void send(const Frame& frame);

    // What only a channel at work needs.
    struct Work {
        std::deque<Event> inbox;
        // Until the join is answered: what it pushed, and the broadcasts that came meanwhile.
        std::vector<pubsub::FramePtr> pushed;
        std::vector<Frame> held;
    };

    boost::intrusive_ptr<Socket> socket_;
    const Definition* definition_ = nullptr;
    std::string topic_;
    std::string join_ref_;  // JSON text
    std::unique_ptr<Work> work_;
    pubsub::SubscriberId id_;
    std::int64_t log_ = 0;  // any
    std::int64_t seen_ = 0;
    State state_ = State::joining;
};

}  // namespace roost::channels
