#include "channels/channel.hpp"

#include "channels/binary_frames.hpp"
#include "channels/socket.hpp"
#include "core/log.hpp"
#include "db/error.hpp"
#include "net/core.hpp"

#include <atomic>
#include <typeinfo>

namespace roost::channels {
namespace {

std::atomic<pubsub::SubscriberId> next_id{1};

constexpr std::string_view ok = "ok";
constexpr std::string_view error = "error";

}  // namespace

// Where a handler that waits for its turn is found.
struct Channel::WaitForTurn {
    explicit WaitForTurn(std::coroutine_handle<>& where) : place(where) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handler) const noexcept { place = handler; }
    void await_resume() const noexcept {}

    std::coroutine_handle<>& place;
};

struct Channel::Reply {
    std::string_view status;
    Payload response;
};

Channel::Channel() : id_(next_id.fetch_add(1, std::memory_order_relaxed)) {}

Channel::~Channel() = default;

std::string_view Channel::subtopic() const noexcept {
    const std::string_view name = topic();
    const auto colon = name.find(':');
    return name.substr(colon == std::string_view::npos ? name.size() : colon + 1);
}

void Channel::open(Socket& socket, const Definition& definition, const Inbound& join, bool is_prefixed) {
    socket_ = &socket;
    definition_ = &definition;
    listen_to(socket.hub().topic(join.topic), socket.encoding(is_prefixed).number());
    join_ref_ = ShortText(join.join_ref);
}

bool Channel::is_of(std::string_view name, bool is_prefixed) const noexcept {
    return topic() == name && Encoding::of(encoding()).is_prefixed == is_prefixed;
}

// --- Events, one after the other

void Channel::take(Event event) {
    socket_->event_waits(event.bytes());
    if (work_) return work_->inbox.push_back(std::move(event));
    work_ = std::make_unique<Work>();
    spawn(work(this, std::move(event)), [](const std::exception_ptr&) {});
}

bool Channel::is_to_wait(const Inbound& inbound) const noexcept {
    if (!work_) return false;
    return !work_->later.empty() || (state_ == State::joining && inbound.event == "phx_join");
}

// A binary frame has its references as plain text.
bool Channel::is_stale(const Inbound& inbound) const {
    if (inbound.join_ref == null_ref || inbound.join_ref == join_ref_.view()) return false;
    return !inbound.is_from_binary || plain_ref(inbound.join_ref) != plain_ref(join_ref_.view());
}

void Channel::take_later(Later later) {
    socket_->event_waits(later.event.bytes());
    work_->later.push_back(std::move(later));
}

Task<void> Channel::work(boost::intrusive_ptr<Channel> self, Event event) {
    while (true) {
        co_await handle(event);
        socket_->event_done(event.bytes());
        if (work_->inbox.empty()) break;
        event = std::move(work_->inbox.front());
        work_->inbox.pop_front();
    }
    // The first of them is a join, which takes this channel's place.
    for (auto& later : std::exchange(work_->later, {}))
        socket_->look_again(std::move(later), topic(), Encoding::of(encoding()).is_prefixed);
    work_.reset();
    self.reset();
}

Task<void> Channel::handle(const Event& event) {
    if (event.name == "phx_join" && state_ == State::joining) {
        co_await join(event);
    } else if (state_ != State::joined) {
        // It waited behind a leave, a join that failed, or in a channel that another join has replaced.
        if (event.name == "phx_leave") reply(event.ref, ok, "{}");
        else reply(event.ref, error, error_response("unmatched topic"));
    } else if (event.name == "phx_leave") {
        leave(event);
    } else {
        co_await call_handler(event);
    }
}

Task<void> Channel::join(const Event& event) {
    auto answer = co_await call_join(event);
    const bool is_gone = state_ == State::ended;  // with its connection
    if (work_->ended_by) answer = {error, {.text = error_response(*work_->ended_by)}};
    if (!is_gone) {
        reply(event.ref, answer.status, answer.response);
        if (answer.status == ok) {
            state_ = State::joined;
        } else {
            detach();
            socket_->remove(*this);
        }
    }
    if (!event.replaces.empty()) push_lifecycle("phx_close", "{}", event.replaces);
    deliver_held();
}

Task<Channel::Reply> Channel::call_join(const Event& event) {
    Reply answer{error, {}};
    if (event.is_binary) {
        answer.response.text = error_response(Errc::unsupported_media_type);
        co_return answer;
    }
    try {
        auto result = co_await definition_->join()(*this, event.payload);
        if (result) answer = {ok, std::move(*result)};
        else answer.response.text = error_response(result.error());
    } catch (const db::Unavailable&) {
        answer.response.text = error_response(Errc::unavailable);
    } catch (const std::exception& exception) {
        log::error("a join failed: {}", typeid(exception).name());
        answer.response.text = error_response("join crashed");
    }
    co_return answer;
}

Task<void> Channel::call_handler(const Event& event) {
    const auto handler = definition_->handler(event.name, event.is_binary);
    if (!handler) {
        const bool is_unknown = handler.error().errc() == Errc::not_found;
        co_return reply(event.ref, error,
                        is_unknown ? error_response("unknown event") : error_response(handler.error()));
    }
    try {
        auto result = co_await (**handler)(*this, event.payload);
        if (result) reply(event.ref, ok, *result);
        else reply(event.ref, error, error_response(result.error()));
    } catch (const db::Unavailable&) {
        reply(event.ref, error, error_response(Errc::unavailable));
    } catch (const std::exception& exception) {
        log::error("a channel failed: {}", typeid(exception).name());
        failed();
    }
}

void Channel::leave(const Event& event) {
    reply(event.ref, ok, "{}");
    end(Errc::not_found);
}

// In order: clients do not join again (protocol.md 90). A join under way is refused when it comes to its end.
void Channel::end(Errc reason) {
    if (state_ == State::ended) return;
    if (state_ == State::joining) {
        work_->ended_by = reason;
        return wait_no_more();
    }
    push_lifecycle("phx_close", "{}", join_ref_.view());
    detach();
    socket_->remove(*this);
}

// Clients join again by themselves (protocol.md 91).
void Channel::failed() {
    if (state_ == State::ended) return;
    push_lifecycle("phx_error", R"({"reason":"channel_crash"})", join_ref_.view());
    detach();
    socket_->remove(*this);
}

void Channel::detach() {
    state_ = State::ended;
    socket_->hub().unsubscribe(*this);
    if (!work_) return;
    work_->pushed.clear();
    let_go_of_held();
    wait_no_more();
}

// --- Turns

Task<Result<Turn>> Channel::turn() {
    if (state_ != State::ended && !work_->ended_by && !socket_->take_turn()) {
        WaitForTurn wait(work_->waits_for_turn);
        co_await wait;
    }
    if (state_ == State::ended) co_return Errc::not_found;
    if (work_->ended_by) co_return *work_->ended_by;
    co_return Turn(socket_);
}

void Channel::have_turn() {
    std::exchange(work_->waits_for_turn, nullptr).resume();
}

// In a later turn of the loop: whoever ends a channel is in the middle of something.
void Channel::wait_no_more() {
    const auto waiting = std::exchange(work_->waits_for_turn, nullptr);
    if (waiting) net::Core::current().post([waiting] { waiting.resume(); });
}

// --- Outgoing

Task<void> Channel::subscribe() {
    auto self = boost::intrusive_ptr<Channel>(this);
    co_await socket_->hub().subscribe(*this);
    if (state_ == State::ended) socket_->hub().unsubscribe(*this);
}

void Channel::deliver(const pubsub::Broadcast& broadcast) {
    if (broadcast.except == id_) return;
    if (broadcast.is_binary && !socket_->takes_binary()) return;
    const auto& bytes = broadcast.frames[encoding()];
    if (state_ == State::joined) return send(bytes, broadcast.log, broadcast.changed_seq);
    if (state_ == State::joining) hold({bytes, broadcast.log, broadcast.changed_seq});
}

// All channels of the socket that join hold no more than the limit together.
void Channel::hold(Frame frame) {
    const auto bytes = frame.bytes->view().size();
    if (socket_->held_bytes_ + bytes > socket_->limits().held_bytes) work_->is_overfull = true;
    if (work_->is_overfull) return let_go_of_held();
    socket_->held_bytes_ += static_cast<std::uint32_t>(bytes);
    work_->held_bytes += bytes;
    work_->held.push_back(std::move(frame));
}

void Channel::let_go_of_held() {
    socket_->held_bytes_ -= static_cast<std::uint32_t>(std::exchange(work_->held_bytes, 0));
    work_->held.clear();
}

void Channel::deliver_held() {
    for (const auto& frame : std::exchange(work_->pushed, {})) socket_->send(frame);
    // Something is lost for this client: it is to come back, as one that is too slow.
    if (work_->is_overfull && state_ == State::joined) return socket_->close_as_too_slow();
    const auto held = std::exchange(work_->held, {});
    let_go_of_held();
    for (const auto& frame : held) send(frame.bytes, frame.log, frame.changed_seq);
}

void Channel::send(const pubsub::FramePtr& bytes, std::int64_t log, std::int64_t changed_seq) {
    if (changed_seq == 0 || is_news(log, changed_seq)) socket_->send(bytes);
}

SharedBytesPtr Channel::frame_of(Outbound message) const {
    message.topic = topic();
    return text_frame(Encoding::of(encoding()), message);
}

void Channel::push_payload(std::string_view event, const Payload& payload) {
    if (payload.is_binary && !socket_->takes_binary()) return;
    const auto wire = Encoding::of(encoding());
    const auto frame =
        payload.is_binary
            ? binary_frame(
                  wire, encode(BinaryPush{plain_ref(join_ref_.view()), topic_as_sent(), event}, payload.text))
            : frame_of({.join_ref = join_ref_.view(), .event = event, .payload = payload.text});
    if (state_ == State::joining) work_->pushed.push_back(frame);
    else if (state_ == State::joined) socket_->send(frame);
}

// phx_close and phx_error bear the join's reference twice (protocol.md 92).
void Channel::push_lifecycle(std::string_view event, std::string_view payload, std::string_view join_ref) {
    socket_->send(frame_of({.join_ref = join_ref, .ref = join_ref, .event = event, .payload = payload}));
}

Task<void> Channel::publish(std::string_view event, Payload payload, pubsub::SubscriberId except) {
    return socket_->hub().publish({.topic = topic(),
                                   .event = std::string(event),
                                   .payload = std::move(payload.text),
                                   .is_binary = payload.is_binary,
                                   .log = 0,
                                   .changed_seq = 0,
                                   .except = except});
}

void Channel::reply(std::string_view ref, std::string_view status, const Payload& response) {
    if (!response.is_binary) return reply(ref, status, response.text);
    const auto encoded = encode(
        BinaryReply{plain_ref(join_ref_.view()), plain_ref(ref), topic_as_sent(), status}, response.text);
    socket_->send(binary_frame(Encoding::of(encoding()), encoded));
}

void Channel::reply(std::string_view ref, std::string_view status, std::string_view response) {
    socket_->send(frame_of({.join_ref = join_ref_.view(),
                            .ref = ref,
                            .event = "phx_reply",
                            .payload = reply_payload(status, response)}));
}

std::string Channel::topic_as_sent() const {
    return std::string(Encoding::of(encoding()).is_prefixed ? realtime_prefix : "") + topic();
}

}  // namespace roost::channels
