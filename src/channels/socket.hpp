// A client's socket: its transport, its channels, and who it is (in the class an application derives).
//
// Lives on its transport's core until the transport is closed and the last handler is done; owned by the
// transport and its channels together.
#pragma once

#include "channels/channel.hpp"
#include "channels/definition.hpp"
#include "core/rate.hpp"
#include "pubsub/hub.hpp"
#include "ws/connection.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>

namespace roost::channels {

struct SocketLimits {
    std::uint16_t channels = 100;          // joined at once (protocol.md 64)
    std::uint16_t waiting_events = 1000;   // behind busy channels; past it no more is read
    std::size_t waiting_bytes = 4U << 20;  // the same, of their references, names and payloads
    std::size_t held_bytes = 4U << 20;     // of broadcasts, for channels whose join is under way
    // Of one socket, and of one user on all sockets: past them the reply is rate_limited. A large message
    // counts as several.
    Rate events{};
    Rate user_events{};
};

// What all sockets of a core share.
struct Context {
    const Definitions& definitions;
    pubsub::Hub& hub;  // of that core
    const SocketLimits& limits;
};

// How a client wants its frames.
struct Format {
    Version version = Version::v2;
    bool is_deflated = false;
};

class Socket : public ws::Handler, public boost::intrusive_ref_counter<Socket, boost::thread_unsafe_counter> {
public:
    // `context` outlives the socket.
    Socket(const Context& context, Format format);
    ~Socket() override;

    // Once, before anything is received: the transport, which keeps this socket alive until on_closed().
    void attach(ws::Connection& connection);

    // Ends the channels of that topic with phx_close, if there are any: the client may not have it any more.
    // A join under way is refused with `reason`.
    void end_channels(std::string_view topic, Errc reason);
    // The same to all joined channels.
    template <class Out>
    void push_to_all(const EventOut<Out>& event, const Out& payload) {
        for (auto channel = first_; channel; channel = channel->next_) channel->push(event, payload);
    }

protected:
    // An event has come, which counts as `cost`: false when its user has sent too many on all sockets
    // together.
    [[nodiscard]] virtual bool may_send(RateTime /*now*/, unsigned /*cost*/) { return true; }
    [[nodiscard]] const Context& context() const noexcept { return context_; }

private:
    friend class Channel;
    friend class Turn;
    using ChannelPtr = boost::intrusive_ptr<Channel>;
    enum class Admission { admitted, refused, abuse };

    bool on_message(ws::Opcode opcode, std::string_view payload) override;
    void on_drained() override;
    void on_closed() override;

    Admission admit(std::size_t message_bytes);
    // The frame's topic with the prefix taken off, and whether it had one.
    void dispatch(const Inbound& inbound, bool is_prefixed, Admission admission);
    // Takes `event`, which is what `inbound` shows.
    void route(const Inbound& inbound, bool is_prefixed, Channel::Event event);
    // What waited for a join of that topic.
    void look_again(Channel::Later later, std::string_view topic, bool is_prefixed);
    void heartbeat(const Inbound& inbound, bool is_prefixed);
    void join(const Inbound& inbound, bool is_prefixed, Channel::Event event);
    void answer(const Inbound& inbound, bool is_prefixed, std::string_view join_ref, std::string_view status,
                std::string_view response);
    void refuse(std::string_view reason);
    [[nodiscard]] ChannelPtr find(std::string_view topic, bool is_prefixed) const;

    [[nodiscard]] pubsub::Hub& hub() const noexcept { return context_.hub; }
    [[nodiscard]] const SocketLimits& limits() const noexcept { return context_.limits; }
    [[nodiscard]] Encoding encoding(bool is_prefixed) const noexcept {
        return {format_.version, is_prefixed, format_.is_deflated};
    }
    [[nodiscard]] bool takes_binary() const noexcept { return takes_binary_; }
    void send(const SharedBytesPtr& frame);
    void close_as_too_slow();
    void add(const ChannelPtr& channel);
    void remove(Channel& channel);
    [[nodiscard]] bool is_crowded() const noexcept;
    void event_waits(std::size_t bytes) noexcept;
    void event_done(std::size_t bytes);
    // True: it is the caller's now. Else the caller waits until it is given it.
    [[nodiscard]] bool take_turn();
    // Posts what gives the turn to the next.
    void pass_turn();
    void give_turn();

    // In this order the object has no holes: there are as many as there are connections.
    std::uint32_t waiting_bytes_ = 0;
    const Context& context_;
    ws::Connection* connection_ = nullptr;
    ChannelPtr first_;  // of its channels, the newest first
    RateUse events_;
    std::uint32_t held_bytes_ = 0;  // of broadcasts, by channels that join
    std::uint16_t waiting_events_ = 0;
    std::uint16_t channel_count_ = 0;
    Format format_;
    bool takes_binary_ : 1 = false;  // the client has sent a binary frame
    bool reading_paused_ : 1 = false;
    bool turn_is_taken_ : 1 = false;  // a channel has it, or it is on its way to the next
};

}  // namespace roost::channels
