#include "channels/socket.hpp"

#include <algorithm>

namespace roost::channels {

Socket::Socket(const Definitions& definitions, pubsub::Hub& hub, const SocketLimits& limits)
    : definitions_(definitions), hub_(hub), limits_(limits) {}

Socket::~Socket() = default;

void Socket::attach(ws::Connection& connection) {
    connection_ = &connection;
    intrusive_ptr_add_ref(this);
}

void Socket::on_closed() {
    connection_ = nullptr;
    for (const auto& channel : std::exchange(channels_, {})) channel->detach();
    intrusive_ptr_release(this);
}

// --- Incoming

bool Socket::on_message(ws::Opcode opcode, std::string_view payload) {
    if (opcode == ws::Opcode::binary) {
        connection_->close(ws::CloseCode::unsupported_data, "binary frames are not supported");
        return true;
    }
    const auto inbound = decode_v2(payload);
    if (!inbound) {
        refuse("not a channel message");
        return true;
    }
    const auto longest = std::max(
        {inbound->topic.size(), inbound->event.size(), inbound->ref.size(), inbound->join_ref.size()});
    if (longest > limits_.topic_bytes) {
        refuse("a topic, event or reference is too long");
        return true;
    }
    dispatch(*inbound);
    reading_paused_ = waiting_events_ >= limits_.waiting_events;
    return !reading_paused_;
}

void Socket::dispatch(const Inbound& inbound) {
    if (inbound.topic == "phoenix") return heartbeat(inbound);
    if (inbound.event == "phx_join") return join(inbound);
    auto* const channel = find(inbound.topic);
    if (channel == nullptr) {
        if (inbound.event == "phx_leave") return answer(inbound, inbound.join_ref, "ok", "{}");
        return answer(inbound, null_ref, "error", error_response("unmatched topic"));
    }
    if (inbound.join_ref != null_ref && inbound.join_ref != (*channel)->join_ref_) return;  // stale
    (*channel)->take(
        {std::string(inbound.ref), std::string(inbound.event), std::string(inbound.payload), {}});
}

void Socket::heartbeat(const Inbound& inbound) {
    if (inbound.event == "heartbeat") return answer(inbound, null_ref, "ok", "{}");
    answer(inbound, null_ref, "error", error_response("unmatched topic"));
}

void Socket::join(const Inbound& inbound) {
    const auto* const definition = definitions_.match(inbound.topic);
    if (definition == nullptr) return answer(inbound, null_ref, "error", error_response("unmatched topic"));
    std::string replaces;
    if (auto* const old = find(inbound.topic)) {
        const auto keep = *old;
        replaces = keep->join_ref_;
        keep->detach();
        remove(*keep);
    } else if (channels_.size() >= limits_.channels) {
        return answer(inbound, inbound.join_ref, "error", error_response("too many channels joined"));
    }
    const auto channel = definition->make();
    channel->open(*this, *definition, inbound.topic, inbound.join_ref);
    channels_.push_back(channel);
    channel->take({std::string(inbound.ref), std::string(inbound.event), std::string(inbound.payload),
                   std::move(replaces)});
}

void Socket::end_channel(std::string_view topic) {
    if (auto* const found = find(topic)) {
        const auto keep = *found;
        keep->end();
    }
}

void Socket::refuse(std::string_view reason) {
    connection_->close(ws::CloseCode::invalid_data, reason);
}

Socket::ChannelPtr* Socket::find(std::string_view topic) {
    const auto found =
        std::ranges::find(channels_, topic, [](const ChannelPtr& c) { return std::string_view(c->topic()); });
    return found == channels_.end() ? nullptr : &*found;
}

// --- Outgoing

void Socket::answer(const Inbound& inbound, std::string_view join_ref, std::string_view status,
                    std::string_view response) {
    send(encode_v2({.join_ref = join_ref,
                    .ref = inbound.ref,
                    .topic = inbound.topic,
                    .event = "phx_reply",
                    .payload = reply_payload(status, response)}));
}

void Socket::send(const SharedBytesPtr& frame) {
    if (connection_ != nullptr) connection_->send(frame);
}

void Socket::remove(Channel& channel) {
    std::erase_if(channels_, [&channel](const ChannelPtr& c) { return c.get() == &channel; });
}

void Socket::event_done() {
    --waiting_events_;
    if (!reading_paused_ || waiting_events_ > limits_.waiting_events / 2) return;
    reading_paused_ = false;
    if (connection_ != nullptr) connection_->resume_reading();
}

}  // namespace roost::channels
