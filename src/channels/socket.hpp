// A client's socket: its transport, its channels, and who it is (in the class an application derives).
//
// Lives on its transport's core until the transport is closed and the last handler is done; owned by the
// transport and its channels together.
#pragma once

#include "channels/channel.hpp"
#include "channels/definition.hpp"
#include "pubsub/hub.hpp"
#include "ws/connection.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <vector>

namespace roost::channels {

struct SocketLimits {
    std::size_t channels = 100;         // joined at once (protocol.md 64)
    std::size_t topic_bytes = 255;      // of a topic, an event's name or a reference
    std::size_t waiting_events = 1000;  // behind busy channels; past it no more is read
};

class Socket : public ws::Handler, public boost::intrusive_ref_counter<Socket, boost::thread_unsafe_counter> {
public:
    // All three outlive the socket; the hub is that of this core.
    Socket(const Definitions& definitions, pubsub::Hub& hub, const SocketLimits& limits);
    ~Socket() override;

    // Once, before anything is received: the transport, which keeps this socket alive until on_closed().
    void attach(ws::Connection& connection);

    // Ends the channel of that topic with phx_close, if there is one: the client may not have it any more.
    void end_channel(std::string_view topic);
    // The same to all joined channels.
    template <class Out>
    void push_to_all(const EventOut<Out>& event, const Out& payload) {
        for (const auto& channel : channels_) channel->push(event, payload);
    }

private:
    friend class Channel;
    using ChannelPtr = boost::intrusive_ptr<Channel>;

    bool on_message(ws::Opcode opcode, std::string_view payload) override;
    void on_closed() override;

    void dispatch(const Inbound& inbound);
    void heartbeat(const Inbound& inbound);
    void join(const Inbound& inbound);
    void answer(const Inbound& inbound, std::string_view join_ref, std::string_view status,
                std::string_view response);
    void refuse(std::string_view reason);
    ChannelPtr* find(std::string_view topic);

    void send(const SharedBytesPtr& frame);
    void remove(Channel& channel);
    void event_waits() noexcept { ++waiting_events_; }
    void event_done();

    const Definitions& definitions_;
    pubsub::Hub& hub_;
    const SocketLimits& limits_;
    ws::Connection* connection_ = nullptr;
    std::vector<ChannelPtr> channels_;
    std::size_t waiting_events_ = 0;
    bool reading_paused_ = false;
};

}  // namespace roost::channels
