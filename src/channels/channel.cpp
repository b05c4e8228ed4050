#include "channels/channel.hpp"

#include "channels/socket.hpp"
#include "core/log.hpp"
#include "db/error.hpp"

#include <atomic>
#include <typeinfo>

namespace roost::channels {
namespace {

std::atomic<pubsub::SubscriberId> next_id{1};

constexpr std::string_view ok = "ok";
constexpr std::string_view error = "error";

}  // namespace

struct Channel::Reply {
    std::string_view status;
    std::string response;
};

Channel::Channel() : Subscriber(v2_text), id_(next_id.fetch_add(1, std::memory_order_relaxed)) {}

Channel::~Channel() = default;

std::string_view Channel::subtopic() const noexcept {
    const auto colon = topic_.find(':');
    return std::string_view(topic_).substr(colon == std::string::npos ? topic_.size() : colon + 1);
}

void Channel::open(Socket& socket, const Definition& definition, std::string_view topic,
                   std::string_view join_ref) {
    socket_ = &socket;
    definition_ = &definition;
    topic_ = topic;
    join_ref_ = join_ref;
}

// --- Events, one after the other

void Channel::take(Event event) {
    socket_->event_waits();
    if (work_) return work_->inbox.push_back(std::move(event));
    work_ = std::make_unique<Work>();
    spawn(work(this, std::move(event)), [](const std::exception_ptr&) {});
}

Task<void> Channel::work(boost::intrusive_ptr<Channel> self, Event event) {
    while (true) {
        co_await handle(event);
        socket_->event_done();
        if (work_->inbox.empty()) break;
        event = std::move(work_->inbox.front());
        work_->inbox.pop_front();
    }
    work_.reset();
    self.reset();
}

Task<void> Channel::handle(const Event& event) {
    if (event.name == "phx_join" && state_ == State::joining) {
        co_await join(event);
    } else if (state_ != State::joined) {
        // It waited behind a leave or a join that failed: answered as if it had come now.
        if (event.name == "phx_leave") reply(event.ref, ok, "{}");
        else reply(event.ref, error, error_response("unmatched topic"));
    } else if (event.name == "phx_leave") {
        leave(event);
    } else {
        co_await call_handler(event);
    }
}

Task<void> Channel::join(const Event& event) {
    const auto answer = co_await call_join(event.payload);
    const bool is_replaced = state_ == State::ended;  // by a later join, which is answered instead
    if (!is_replaced) {
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

Task<Channel::Reply> Channel::call_join(std::string payload) {
    Reply answer{error, {}};
    try {
        auto result = co_await definition_->join()(*this, std::move(payload));
        if (result) answer = {ok, std::move(*result)};
        else answer.response = error_response(result.error());
    } catch (const db::Unavailable&) {
        answer.response = error_response(Errc::unavailable);
    } catch (const std::exception& exception) {
        log::error("a join failed: {}", typeid(exception).name());
        answer.response = error_response("join crashed");
    }
    co_return answer;
}

Task<void> Channel::call_handler(const Event& event) {
    const auto* handler = definition_->handler(event.name);
    if (handler == nullptr) co_return reply(event.ref, error, error_response("unknown event"));
    try {
        auto result = co_await (*handler)(*this, event.payload);
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
    end();
}

// In order: clients do not join again (protocol.md 90). A join under way is not answered any more.
void Channel::end() {
    if (state_ == State::ended) return;
    push_lifecycle("phx_close", "{}", join_ref_);
    detach();
    socket_->remove(*this);
}

// Clients join again by themselves (protocol.md 91).
void Channel::failed() {
    if (state_ == State::ended) return;
    push_lifecycle("phx_error", R"({"reason":"channel_crash"})", join_ref_);
    detach();
    socket_->remove(*this);
}

void Channel::detach() {
    state_ = State::ended;
    socket_->hub_.unsubscribe(*this);
    if (!work_) return;
    work_->pushed.clear();
    work_->held.clear();
}

// --- Outgoing

Task<void> Channel::subscribe() {
    auto self = boost::intrusive_ptr<Channel>(this);
    co_await socket_->hub_.subscribe(topic_, *this);
    if (state_ == State::ended) socket_->hub_.unsubscribe(*this);
}

void Channel::deliver(const pubsub::Broadcast& broadcast) {
    if (broadcast.except == id_) return;
    const Frame frame{broadcast.frames[encoding()], broadcast.log, broadcast.changed_seq};
    if (state_ == State::joined) return send(frame);
    if (state_ == State::joining) work_->held.push_back(frame);
}

void Channel::deliver_held() {
    for (const auto& frame : std::exchange(work_->pushed, {})) socket_->send(frame);
    for (const auto& frame : std::exchange(work_->held, {})) send(frame);
}

void Channel::send(const Frame& frame) {
    if (frame.changed_seq != 0) {
        if ((log_ != 0 && frame.log != log_) || frame.changed_seq <= seen_) return;
        seen_ = frame.changed_seq;
    }
    socket_->send(frame.bytes);
}

void Channel::push_json(std::string_view event, std::string payload) {
    const auto frame =
        encode_v2({.join_ref = join_ref_, .topic = topic_, .event = event, .payload = payload});
    if (state_ == State::joining) work_->pushed.push_back(frame);
    else if (state_ == State::joined) socket_->send(frame);
}

// phx_close and phx_error bear the join's reference twice (protocol.md 92).
void Channel::push_lifecycle(std::string_view event, std::string_view payload, std::string_view join_ref) {
    socket_->send(encode_v2(
        {.join_ref = join_ref, .ref = join_ref, .topic = topic_, .event = event, .payload = payload}));
}

Task<void> Channel::publish(std::string_view event, std::string payload, pubsub::SubscriberId except) {
    return socket_->hub_.publish({.topic = topic_,
                                  .event = std::string(event),
                                  .payload = std::move(payload),
                                  .log = 0,
                                  .changed_seq = 0,
                                  .except = except});
}

void Channel::reply(std::string_view ref, std::string_view status, std::string_view response) {
    socket_->send(encode_v2({.join_ref = join_ref_,
                             .ref = ref,
                             .topic = topic_,
                             .event = "phx_reply",
                             .payload = reply_payload(status, response)}));
}

}  // namespace roost::channels
