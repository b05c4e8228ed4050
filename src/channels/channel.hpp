// A channel: one topic joined on one socket. Applications derive from it (see definition.hpp).
//
// Lives on its socket's core. Its events are handled one after the other, in the order they came: a handler
// that waits keeps the later ones of this channel waiting and nobody else. What is pushed or broadcast during
// join goes out behind the join's reply. The socket and running handlers share its ownership.
#pragma once

#include "channels/encoding.hpp"
#include "channels/event.hpp"
#include "channels/turn.hpp"
#include "core/short_text.hpp"
#include "core/task.hpp"
#include "pubsub/broadcast.hpp"
#include "pubsub/hub.hpp"
#include "schema/encode.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace roost::channels {

class Socket;
class Definition;

template <class Out>
Payload to_payload(Out out) {
    if constexpr (std::is_same_v<Out, Bytes>) return {std::move(out.value), true};
    else if constexpr (std::is_same_v<Out, None>) return {"{}", false};
    else return {schema::to_json(out), false};
}

class Channel : public pubsub::Subscriber,
                public boost::intrusive_ref_counter<Channel, boost::thread_unsafe_counter> {
public:
    Channel();
    ~Channel() override;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

protected:
    [[nodiscard]] Socket& socket() const noexcept { return *socket_; }
    // The topic behind its first colon: the slug of "room:<slug>".
    [[nodiscard]] std::string_view subtopic() const noexcept;

    // From when this returns, the topic's broadcasts reach this client.
    Task<void> subscribe();
    // Asked once for each durable broadcast, in their order: whether it goes to the client.
    [[nodiscard]] virtual bool is_news(std::int64_t /*log*/, std::int64_t /*changed_seq*/) { return true; }

    // For a handler that reads much and sends it: suspends until no other channel of the socket has its turn
    // and little waits for the client. The oldest channel is the next. Fails when the channel has ended.
    Task<Result<Turn>> turn();

    // Bytes reach only clients that have sent a binary frame: others could not read them.

    // To this client only.
    template <class Out>
    void push(const EventOut<Out>& event, const Out& out) {
        push_payload(event.name, to_payload(out));
    }
    // To all subscribers of the topic, this one included; done when those of this core have it.
    template <class Out>
    Task<void> broadcast(const EventOut<Out>& event, const Out& out) {
        return publish(event.name, to_payload(out), 0);
    }
    // To all but this channel.
    template <class Out>
    Task<void> broadcast_from(const EventOut<Out>& event, const Out& out) {
        return publish(event.name, to_payload(out), id_);
    }

private:
    friend class Socket;
    enum class State : std::uint8_t { joining, joined, ended };

public:
    // An event that waits for its turn: what Inbound shows, owned. `replaces`: of a join, the join_ref of the
    // channel whose place it takes.
    struct Event {
        std::string ref;
        std::string name;
        std::string payload;
        std::string replaces;
        bool is_binary = false;

        [[nodiscard]] std::size_t bytes() const noexcept { return ref.size() + name.size() + payload.size(); }
    };

private:
    // One that waits for the join under way, to be looked at then.
    struct Later {
        std::string join_ref;
        Event event;
    };

    void open(Socket& socket, const Definition& definition, const Inbound& join, bool is_prefixed);
    [[nodiscard]] bool is_of(std::string_view topic, bool is_prefixed) const noexcept;
    void take(Event event);
    // A join that comes while this one is under way, and what comes behind it: joins of a topic are answered
    // one after the other.
    [[nodiscard]] bool is_to_wait(const Inbound& inbound) const noexcept;
    // From before the channel's join: it bears the reference of another one.
    [[nodiscard]] bool is_stale(const Inbound& inbound) const;
    void take_later(Later later);
    void detach();

    Task<void> work(boost::intrusive_ptr<Channel> self, Event event);
    Task<void> handle(const Event& event);
    Task<void> join(const Event& event);
    Task<void> call_handler(const Event& event);
    struct Reply;
    struct WaitForTurn;
    Task<Reply> call_join(const Event& event);
    void leave(const Event& event);
    void failed();
    void end(Errc reason);
    // Whether a handler waits for its turn, and what lets it go on: with the turn, or because the channel
    // has ended.
    [[nodiscard]] bool waits_for_turn() const noexcept { return work_ && work_->waits_for_turn; }
    void have_turn();
    void wait_no_more();

    void deliver(const pubsub::Broadcast& broadcast) override;
    void deliver_held();
    void push_payload(std::string_view event, const Payload& payload);
    void push_lifecycle(std::string_view event, std::string_view payload, std::string_view join_ref);
    Task<void> publish(std::string_view event, Payload payload, pubsub::SubscriberId except);
    void reply(std::string_view ref, std::string_view status, std::string_view response);
    void reply(std::string_view ref, std::string_view status, const Payload& response);
    [[nodiscard]] SharedBytesPtr frame_of(Outbound message) const;
    [[nodiscard]] std::string topic_as_sent() const;
    struct Frame {
        pubsub::FramePtr bytes;
        std::int64_t log;
        std::int64_t changed_seq;
    };
    void hold(Frame frame);
    void let_go_of_held();
    void send(const pubsub::FramePtr& bytes, std::int64_t log, std::int64_t changed_seq);

    // What only a channel at work needs.
    struct Work {
        std::deque<Event> inbox;
        std::vector<Later> later;
        // Until the join is answered: what it pushed, and the broadcasts that came meanwhile.
        std::vector<pubsub::FramePtr> pushed;
        std::vector<Frame> held;
        std::size_t held_bytes = 0;
        bool is_overfull = false;      // there was more to hold than there is room for
        std::optional<Errc> ended_by;  // while the join was under way
        std::coroutine_handle<> waits_for_turn;
    };

    State state_ = State::joining;  // here it fills a hole
    boost::intrusive_ptr<Socket> socket_;
    boost::intrusive_ptr<Channel> next_;  // of the socket's
    const Definition* definition_ = nullptr;
    ShortText join_ref_;  // JSON text
    std::unique_ptr<Work> work_;
    pubsub::SubscriberId id_;
};

}  // namespace roost::channels
