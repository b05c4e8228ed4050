#include "channels/socket.hpp"

#include "net/core.hpp"

#include <algorithm>

namespace roost::channels {
namespace {

// Refused events, in bursts, that a client may send before it is closed: it does not wait as it was told.
constexpr unsigned refused_bursts = 4;

// A message of so many bytes more counts as one event more: reading it takes its time, whatever comes of it.
constexpr std::size_t bytes_per_event = 16U << 10;

unsigned cost_of(std::size_t message_bytes) {
    return 1 + static_cast<unsigned>(message_bytes / bytes_per_event);
}

// A string counts without its quotes. What came in a binary frame cannot be longer, however it looks in JSON.
bool is_too_long(std::string_view ref) {
    return ref.size() > most_field_bytes + (ref.starts_with('"') ? 2 : 0);
}
bool is_too_long(const Inbound& inbound) {
    if (std::max(inbound.topic.size(), inbound.event.size()) > most_field_bytes) return true;
    return !inbound.is_from_binary && (is_too_long(inbound.ref) || is_too_long(inbound.join_ref));
}

Channel::Event event_of(const Inbound& inbound) {
    return {.ref = std::string(inbound.ref),
            .name = std::string(inbound.event),
            .payload = std::string(inbound.payload),
            .replaces = {},
            .is_binary = inbound.is_binary};
}

}  // namespace

Socket::Socket(const Context& context, Format format)
    : context_(context), events_(rate_time()), format_(format) {}

Socket::~Socket() = default;

void Socket::attach(ws::Connection& connection) {
    connection_ = &connection;
    intrusive_ptr_add_ref(this);
}

void Socket::on_closed() {
    connection_ = nullptr;
    channel_count_ = 0;
    // One after the other: a long list must not end in as deep a recursion.
    for (auto channel = std::exchange(first_, nullptr); channel;) {
        channel->detach();
        channel = std::exchange(channel->next_, nullptr);
    }
    intrusive_ptr_release(this);
}

// --- Incoming

bool Socket::on_message(ws::Opcode opcode, std::string_view payload) {
    const boost::intrusive_ptr<Socket> self(this);  // it may be closed meanwhile
    const auto admission = admit(payload.size());
    if (admission == Admission::abuse) {
        connection_->close(ws::CloseCode::policy_violation, "too many events");
        return true;
    }
    auto inbound = decode(format_.version, opcode, payload);
    if (!inbound) {
        refuse("not a channel message");
        return true;
    }
    if (is_too_long(*inbound)) {
        refuse("a topic, event or reference is too long");
        return true;
    }
    takes_binary_ = takes_binary_ || inbound->takes_binary;
    const bool is_prefixed = inbound->topic.starts_with(realtime_prefix);
    if (is_prefixed) inbound->topic.remove_prefix(realtime_prefix.size());
    dispatch(*inbound, is_prefixed, admission);
    reading_paused_ = is_crowded();
    return !reading_paused_;
}

Socket::Admission Socket::admit(std::size_t message_bytes) {
    const auto now = rate_time();
    const auto cost = cost_of(message_bytes);
    const auto& own = limits().events;
    if (events_.take(own, now, cost) && may_send(now, cost)) return Admission::admitted;
    const auto& rate = own.is_unlimited() ? limits().user_events : own;
    const bool is_bearable = events_.refuse(rate, now, refused_bursts * rate.burst, cost);
    return is_bearable ? Admission::refused : Admission::abuse;
}

// A heartbeat is always answered, and one may always leave.
void Socket::dispatch(const Inbound& inbound, bool is_prefixed, Admission admission) {
    if (inbound.topic == "phoenix") return heartbeat(inbound, is_prefixed);
    if (admission == Admission::refused && inbound.event != "phx_leave")
        return answer(inbound, is_prefixed, inbound.join_ref, "error", error_response(Errc::rate_limited));
    route(inbound, is_prefixed, event_of(inbound));
}

void Socket::route(const Inbound& inbound, bool is_prefixed, Channel::Event event) {
    const auto channel = find(inbound.topic, is_prefixed);
    if (channel && channel->is_to_wait(inbound))
        return channel->take_later({std::string(inbound.join_ref), std::move(event)});
    if (inbound.event == "phx_join") return join(inbound, is_prefixed, std::move(event));
    if (channel == nullptr) {
        if (inbound.event == "phx_leave") return answer(inbound, is_prefixed, inbound.join_ref, "ok", "{}");
        return answer(inbound, is_prefixed, null_ref, "error", error_response("unmatched topic"));
    }
    if (channel->is_stale(inbound)) return;
    channel->take(std::move(event));
}

void Socket::look_again(Channel::Later later, std::string_view topic, bool is_prefixed) {
    const auto bytes = later.event.bytes();
    if (connection_ != nullptr) {
        // What is routed takes the event's texts with it.
        const auto [ref, name] = std::pair(later.event.ref, later.event.name);
        route({.join_ref = later.join_ref,
               .ref = ref,
               .topic = topic,
               .event = name,
               .payload = {},
               .is_binary = later.event.is_binary},
              is_prefixed, std::move(later.event));
    }
    event_done(bytes);
}

void Socket::heartbeat(const Inbound& inbound, bool is_prefixed) {
    if (inbound.event == "heartbeat") return answer(inbound, is_prefixed, null_ref, "ok", "{}");
    answer(inbound, is_prefixed, null_ref, "error", error_response("unmatched topic"));
}

void Socket::join(const Inbound& inbound, bool is_prefixed, Channel::Event event) {
    const auto* const definition = context_.definitions.match(inbound.topic);
    if (definition == nullptr)
        return answer(inbound, is_prefixed, null_ref, "error", error_response("unmatched topic"));
    if (const auto old = find(inbound.topic, is_prefixed)) {
        event.replaces = old->join_ref_.view();
        old->detach();
        remove(*old);
    } else if (channel_count_ >= limits().channels) {
        return answer(inbound, is_prefixed, inbound.join_ref, "error",
                      error_response("too many channels joined"));
    }
    const auto channel = definition->make();
    channel->open(*this, *definition, inbound, is_prefixed);
    add(channel);
    channel->take(std::move(event));
}

void Socket::end_channels(std::string_view topic, Errc reason) {
    for (const bool is_prefixed : {false, true})
        if (const auto found = find(topic, is_prefixed)) found->end(reason);
}

void Socket::refuse(std::string_view reason) {
    connection_->close(ws::CloseCode::invalid_data, reason);
}

// --- Channels

Socket::ChannelPtr Socket::find(std::string_view topic, bool is_prefixed) const {
    auto* channel = first_.get();
    while (channel != nullptr && !channel->is_of(topic, is_prefixed)) channel = channel->next_.get();
    return channel;
}

void Socket::add(const ChannelPtr& channel) {
    channel->next_ = std::exchange(first_, channel);
    ++channel_count_;
}

void Socket::remove(Channel& channel) {
    auto* place = &first_;
    while (*place && place->get() != &channel) place = &(*place)->next_;
    if (!*place) return;
    const auto removed = *place;
    *place = std::exchange(removed->next_, nullptr);
    --channel_count_;
}

bool Socket::is_crowded() const noexcept {
    return waiting_events_ >= limits().waiting_events || waiting_bytes_ >= limits().waiting_bytes;
}

void Socket::event_waits(std::size_t bytes) noexcept {
    ++waiting_events_;
    waiting_bytes_ += static_cast<std::uint32_t>(bytes);
}

void Socket::event_done(std::size_t bytes) {
    --waiting_events_;
    waiting_bytes_ -= static_cast<std::uint32_t>(bytes);
    // Half of it: not to begin and stop again with every event.
    const bool has_room =
        waiting_events_ <= limits().waiting_events / 2 && waiting_bytes_ <= limits().waiting_bytes / 2;
    if (!reading_paused_ || !has_room) return;
    reading_paused_ = false;
    if (connection_ != nullptr) connection_->resume_reading();
}

// --- Turns of the channels

bool Socket::take_turn() {
    if (turn_is_taken_) return false;
    turn_is_taken_ = true;
    if (connection_->is_drained()) return true;
    connection_->tell_when_drained();
    return false;
}

// In a later turn of the loop: what the channel that had it answers is in the outbox by then.
void Socket::pass_turn() {
    net::Core::current().post([self = boost::intrusive_ptr<Socket>(this)] { self->give_turn(); });
}

void Socket::give_turn() {
    Channel* next = nullptr;  // the last of the list that waits is the oldest
    for (auto* channel = first_.get(); channel != nullptr; channel = channel->next_.get())
        if (channel->waits_for_turn()) next = channel;
    if (next == nullptr) turn_is_taken_ = false;
    else if (connection_->is_drained()) next->have_turn();
    else connection_->tell_when_drained();
}

void Socket::on_drained() {
    pass_turn();
}

// --- Outgoing

void Socket::answer(const Inbound& inbound, bool is_prefixed, std::string_view join_ref,
                    std::string_view status, std::string_view response) {
    send(text_frame(encoding(is_prefixed), {.join_ref = join_ref,
                                            .ref = inbound.ref,
                                            .topic = inbound.topic,
                                            .event = "phx_reply",
                                            .payload = reply_payload(status, response)}));
}

void Socket::send(const SharedBytesPtr& frame) {
    if (connection_ != nullptr) connection_->send(frame);
}

void Socket::close_as_too_slow() {
    if (connection_ != nullptr) connection_->close(ws::CloseCode::try_again_later, "too slow");
}

}  // namespace roost::channels
