// For the tests of sockets and channels: an application with one channel class, real WebSocket connections to
// it, and clients that speak frames as text.
#pragma once

#include "channels/log_follower.hpp"
#include "channels/socket.hpp"
#include "support/ws_client.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace roost::channels::testing {

// Where handlers wait until the test lets them go on. Used on one core.
class Gate {
public:
    struct Pass {
        std::vector<std::coroutine_handle<>>& waiting;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> caller) const { waiting.push_back(caller); }
        void await_resume() const noexcept {}
    };
    [[nodiscard]] Pass pass() { return Pass{waiting_}; }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
    // The longest waiting goes on, now.
    void open() {
        const auto first = waiting_.front();
        waiting_.erase(waiting_.begin());
        first.resume();
    }

private:
    std::vector<std::coroutine_handle<>> waiting_;
};

struct Mode {
    std::optional<Text<1, 20>> mode;
};
BOOST_DESCRIBE_STRUCT(Mode, (), (mode))

struct Saying {
    Text<1, 100> text;
};
BOOST_DESCRIBE_STRUCT(Saying, (), (text))

struct Said {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Said, (), (text))

inline constexpr EventIn<Mode, Said> join_event{"phx_join", "joins"};
inline constexpr EventIn<Saying, Said> say_event{"say", "to all"};
inline constexpr EventIn<Saying> whisper_event{"whisper", "to the others"};
inline constexpr EventIn<Saying> tell_event{"tell", "pushes twice, then replies"};
inline constexpr EventIn<Saying, Said> wait_event{"wait", "waits at the gate"};
inline constexpr EventIn<Saying> crash_event{"crash", "throws"};
inline constexpr EventIn<Saying> refuse_event{"refuse", "is refused"};
inline constexpr EventIn<Bytes, Bytes> echo_event{"echo", "the same bytes"};
inline constexpr EventIn<Bytes> pass_event{"pass", "bytes, pushed back and to the others"};
inline constexpr EventOut<Said> said_event{"said", "what was said"};
inline constexpr EventOut<Bytes> passed_event{"passed", "bytes"};

// What a channel that joins in the mode "follow" follows, from place 10 on.
inline constexpr std::int64_t followed_log = 7;

// Joins that take their turn: "turn" waits at the gate in it, "late turn" before it, too. "large" pushes
// this: more than the kernel takes from a connection whose client does not read.
inline const std::string large_text(500'000, 'x');

class TestChannel final : public Channel {
public:
    explicit TestChannel(Gate& gate) : gate_(gate) {}

    static Definition definition(std::string pattern, Gate& gate) {
        auto make = [&gate] { return boost::intrusive_ptr<Channel>(new TestChannel(gate)); };
        return channel<TestChannel>(std::move(pattern), make)
            .join(join_event, &TestChannel::join)
            .handle_in(say_event, &TestChannel::say)
            .handle_in(whisper_event, &TestChannel::whisper)
            .handle_in(tell_event, &TestChannel::tell)
            .handle_in(wait_event, &TestChannel::wait)
            .handle_in(crash_event, &TestChannel::crash)
            .handle_in(refuse_event, &TestChannel::refuse)
            .handle_in(echo_event, &TestChannel::echo)
            .handle_in(pass_event, &TestChannel::pass);
    }

private:
    Task<Result<Said>> join(Mode in) {
        const auto mode = in.mode ? in.mode->str() : "";
        if (mode == "late turn") co_await gate_.pass();
        if (mode.ends_with("turn") || mode == "large") co_return co_await join_in_turn(mode == "large");
        if (mode == "follow") log_.follow(followed_log, 10);
        if (mode == "push") push(said_event, {"early"});
        co_await subscribe();
        if (mode == "wait") {
            co_await gate_.pass();
            push(said_event, {"before"});
        }
        if (mode == "refuse") co_return Errc::forbidden;
        if (mode == "wait, refuse") {
            co_await gate_.pass();
            co_return Errc::forbidden;
        }
        if (mode == "crash") throw std::runtime_error("a secret");
        co_return Said{std::string(subtopic())};
    }
    Task<Result<Said>> join_in_turn(bool is_large) {
        const auto turn = co_await this->turn();
        if (!turn) co_return turn.error();
        if (is_large) push(said_event, {large_text});
        else co_await gate_.pass();
        co_return Said{std::string(subtopic())};
    }
    Task<Result<Said>> say(Saying in) {
        const Said said{in.text.str()};
        co_await broadcast(said_event, said);
        co_return Said{"done"};
    }
    Task<Result<None>> whisper(Saying in) {
        const Said said{in.text.str()};
        co_await broadcast_from(said_event, said);
        co_return None{};
    }
    Task<Result<None>> tell(Saying in) {
        push(said_event, {in.text.str()});
        push(said_event, {in.text.str()});
        co_return None{};
    }
    Task<Result<Said>> wait(Saying in) {
        co_await gate_.pass();
        co_return Said{in.text.str()};
    }
    Task<Result<None>> crash(Saying) {
        throw std::runtime_error("a secret");
        co_return None{};
    }
    Task<Result<None>> refuse(Saying) { co_return Errc::room_not_found; }
    Task<Result<Bytes>> echo(Bytes in) { co_return in; }
    Task<Result<None>> pass(Bytes in) {
        push(passed_event, in);
        co_await broadcast_from(passed_event, in);
        co_return None{};
    }

    bool is_news(std::int64_t log, std::int64_t changed_seq) override { return log_.see(log, changed_seq); }

    Gate& gate_;
    LogFollower log_;
};

// Speaks to the server as a client does.
class Client : public test::WsClient {
public:
    using WsClient::WsClient;

    void join(const std::string& ref, const std::string& topic, const std::string& mode = {}) const {
        const auto payload = mode.empty() ? "{}" : R"({"mode":")" + mode + "\"}";
        send_text("[" + ref + "," + ref + ",\"" + topic + "\",\"phx_join\"," + payload + "]");
    }
    // An event with a text.
    void send_event(const std::string& join_ref, const std::string& ref, const std::string& topic,
                    const std::string& event, const std::string& text = "hi") const {
        send_text("[" + join_ref + "," + ref + ",\"" + topic + "\",\"" + event + R"(",{"text":")" + text +
                  "\"}]");
    }
    void leave(const std::string& join_ref, const std::string& ref, const std::string& topic) const {
        send_text("[" + join_ref + "," + ref + ",\"" + topic + "\",\"phx_leave\",{}]");
    }
    // Nothing comes before the answer to a heartbeat, sent now.
    void check_silence() {
        send_text(R"([null,"beat","phoenix","heartbeat",{}])");
        CHECK(receive() == R"(text [null,"beat","phoenix","phx_reply",{"status":"ok","response":{}}])");
    }
};

// What a client is to receive.
inline std::string reply(const std::string& join_ref, const std::string& ref, const std::string& topic,
                         const std::string& status, const std::string& response) {
    return "text [" + join_ref + "," + ref + ",\"" + topic + R"(","phx_reply",{"status":")" + status +
           R"(","response":)" + response + "}]";
}
inline std::string joined(const std::string& ref, const std::string& topic) {
    return reply(ref, ref, topic, "ok", R"({"text":")" + topic.substr(topic.find(':') + 1) + "\"}");
}
inline std::string said(const std::string& join_ref, const std::string& topic, const std::string& text) {
    return "text [" + join_ref + ",null,\"" + topic + R"(","said",{"text":")" + text + "\"}]";
}
// What all in room:lobby hear, and what whoever said it is answered.
inline std::string broadcast(const std::string& text, const std::string& topic = "room:lobby") {
    return "text [null,null,\"" + topic + R"(","said",{"text":")" + text + "\"}]";
}
inline std::string done(const std::string& join_ref, const std::string& ref) {
    return reply(join_ref, ref, "room:lobby", "ok", R"({"text":"done"})");
}
inline std::string unmatched(const std::string& join_ref, const std::string& ref, const std::string& topic) {
    return reply(join_ref, ref, topic, "error", R"({"reason":"unmatched topic"})");
}
inline std::string closed(const std::string& join_ref, const std::string& topic) {
    return "text [" + join_ref + "," + join_ref + ",\"" + topic + "\",\"phx_close\",{}]";
}

// One whose user has always sent too much.
class RefusedSocket final : public Socket {
public:
    using Socket::Socket;

private:
    bool may_send(RateTime /*now*/, unsigned /*cost*/) override { return false; }
};

// The application on some cores; `exact` and `room:*` are served.
class App {
public:
    explicit App(unsigned count = 1, const SocketLimits& limits = {})
        : cores_(count), limits_(limits), hubs_(cores_.all(), [this](net::Core& core) {
              return std::make_unique<pubsub::Hub>(cores_.all(), core, encode_broadcast);
          }) {
        definitions_.add(TestChannel::definition("exact", gate_));
        definitions_.add(TestChannel::definition("room:*", gate_));
        for (unsigned i = 0; i < count; ++i) {
            cores_.call([this, i] { hubs_[i].connect(hubs_); }, i);
            contexts_.push_back({definitions_, hubs_[i], limits_});
            servers_.emplace_back(cores_, ws::Limits{}, i);
        }
    }

    Client connect(unsigned core = 0, Format format = {}) { return Client(connect_descriptor(core, format)); }
    int connect_descriptor(unsigned core, Format format = {}) { return connect_to(core, format); }

    // On the first core.
    void wait_until_at_gate(std::size_t count) {
        cores_.wait_until([this, count] { return gate_.waiting() == count; });
    }
    // How many wait there once the core has done what it had to do.
    [[nodiscard]] std::size_t at_gate() {
        connect().check_silence();
        std::size_t count = 0;
        cores_.call([&] { count = gate_.waiting(); });
        return count;
    }
    void open_gate() {
        cores_.call([this] { gate_.open(); });
    }
    void publish(const std::string& topic, const std::string& text, std::int64_t changed_seq = 0,
                 std::int64_t log = 0) {
        cores_.run([&] {
            return hubs_[0].publish({.topic = topic,
                                     .event = "said",
                                     .payload = R"({"text":")" + text + "\"}",
                                     .log = log,
                                     .changed_seq = changed_seq,
                                     .except = 0});
        });
    }
    // Those of sockets that connect from now on.
    void refuse_users() { refuses_users_ = true; }
    // Of all sockets of the first core.
    void end_channels(const std::string& topic) {
        cores_.call([&] {
            servers_[0].connections().for_each_open([&topic](ws::Connection&, ws::Handler& handler) {
                static_cast<Socket&>(handler).end_channels(topic, Errc::room_not_found);
            });
        });
    }
    test::WsServer& server(unsigned core = 0) { return servers_[core]; }

private:
    int connect_to(unsigned core, Format format) {
        auto& server = servers_[core];
        boost::intrusive_ptr<Socket> socket;
        server.call([&] {
            socket.reset(refuses_users_ ? new RefusedSocket(contexts_[core], format)
                                        : new Socket(contexts_[core], format));
        });
        const auto attach = [&socket](ws::Connection& connection) { socket->attach(connection); };
        const auto descriptor = server.connect(*socket, attach);
        server.call([&] { socket.reset(); });
        return descriptor;
    }

    test::RunningCores cores_;
    SocketLimits limits_;
    Gate gate_;
    Definitions definitions_;
    net::PerCore<pubsub::Hub> hubs_;
    bool refuses_users_ = false;
    std::deque<Context> contexts_;
    std::deque<test::WsServer> servers_;
};

}  // namespace roost::channels::testing
