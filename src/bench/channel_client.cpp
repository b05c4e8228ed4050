#include "bench/channel_client.hpp"

#include "bench/fleet.hpp"
#include "bench/push_frame.hpp"
#include "bench/usage.hpp"
#include "schema/json_writer.hpp"
#include "ws/frame.hpp"

#include <fmt/format.h>

namespace roost::bench {
namespace {

constexpr std::size_t upgrade_limit = 64U << 10U;  // bytes
constexpr std::size_t shown = 300;                 // bytes of what a server said

// Of the join, which is each client's first message: `join_ref` and `ref` are both "1".
constexpr std::string_view join_refs = R"(["1","1",)";
constexpr std::string_view ok_status = R"("status":"ok")";

}  // namespace

ChannelClient::ChannelClient(Fleet& fleet, std::uint32_t index, std::span<char> read_buffer)
    : Stream(read_buffer), fleet_(fleet), index_(index) {}

void ChannelClient::open() {
    began_ns_ = now_ns();
    const auto refusal = Stream::open(fleet_.server_, fleet_.source_of(index_));
    if (!refusal.empty()) on_lost(refusal);
}

void ChannelClient::send_text(std::string_view payload) {
    send(client_frame(payload, fleet_.random_mask()));
}

void ChannelClient::on_connected() {
    if (fleet_.options_.is_bare) {
        state_ = State::joined;
        fleet_.connect_latency_.record(now_ns() - began_ns_);
        fleet_.on_joined();
        return;
    }
    state_ = State::upgrading;
    send(fleet_.upgrade_request_);
}

void ChannelClient::on_bytes(std::span<const char> bytes) {
    if (state_ == State::upgrading && !take_upgrade(bytes)) return;
    const auto now = now_ns();
    const auto fault = reader_.feed(bytes, [this, now](ws::Opcode opcode, std::string_view payload) {
        return take_frame(opcode, payload, now);
    });
    if (!fault.empty()) fail(fmt::format("the server sent {}", fault));
    fleet_.events_.on_messages_read();
}

// True when the upgrade is complete; `bytes` are then those behind it.
bool ChannelClient::take_upgrade(std::span<const char>& bytes) {
    constexpr std::string_view end = "\r\n\r\n";
    const auto before = upgrade_.size();
    upgrade_.append(bytes.data(), bytes.size());
    const auto at = upgrade_.find(end);
    if (at == std::string::npos) {
        if (upgrade_.size() > upgrade_limit)
            fail("the server answered the upgrade with a head of more than 64 KiB");
        return false;
    }
    const auto head = std::string_view(upgrade_).substr(0, at);
    if (!head.starts_with("HTTP/1.1 101 ")) {
        fail(fmt::format("the server refused the connection: {}",
                         head.substr(0, head.find('\r')).substr(0, shown)));
        return false;
    }
    if (head.find(fleet_.expected_accept_) == std::string_view::npos) {
        fail("the server answered the upgrade without the right Sec-WebSocket-Accept");
        return false;
    }
    bytes = bytes.subspan(at + end.size() - before);
    upgrade_ = {};
    join();
    return true;
}

void ChannelClient::join() {
    const auto now = now_ns();
    fleet_.connect_latency_.record(now - began_ns_);
    began_ns_ = now;
    state_ = State::joining;
    std::string frame(join_refs);
    schema::append_string(frame, fleet_.events_.topic_of(index_));
    send_text(fmt::format(R"({},"phx_join",{}])", frame, fleet_.options_.join_payload));
}

// False: no frame after this is read.
bool ChannelClient::take_frame(ws::Opcode opcode, std::string_view payload, std::int64_t now_ns) {
    switch (opcode) {
        case ws::Opcode::text: take_text(payload, now_ns); break;
        case ws::Opcode::ping: {
            std::string pong;
            ws::append_header(pong, ws::Opcode::pong, payload.size());
            pong[1] = static_cast<char>(static_cast<unsigned char>(pong[1]) | 0x80U);
            pong.append(sizeof(ws::Mask), '\0');
            pong += payload;
            send(pong);
            break;
        }
        case ws::Opcode::close: {
            const auto byte = [&](std::size_t at) {
                return static_cast<unsigned>(static_cast<unsigned char>(payload[at]));
            };
            fail(payload.size() < 2 ? "the server closed the WebSocket without a code"
                                    : fmt::format("the server closed the WebSocket: {} {}",
                                                  byte(0) << 8U | byte(1), payload.substr(2)));
            break;
        }
        default: break;
    }
    return state_ != State::closed;
}

void ChannelClient::take_text(std::string_view payload, std::int64_t now_ns) {
    if (state_ == State::joining) return take_join_reply(payload, now_ns);
    if (payload.starts_with(join_refs) && (payload.find(R"("phx_error")") != std::string_view::npos ||
                                           payload.find(R"("phx_close")") != std::string_view::npos))
        return fail(fmt::format("the server ended a channel: {}", payload.substr(0, shown)));
    fleet_.events_.on_message(index_, payload, now_ns);
}

void ChannelClient::take_join_reply(std::string_view payload, std::int64_t now_ns) {
    if (!payload.starts_with(R"(["1","1",)") && !payload.starts_with(R"([null,"1",)")) return;
    if (payload.find(ok_status) == std::string_view::npos)
        return fail(fmt::format("the server refused a join: {}", payload.substr(0, shown)));
    fleet_.join_latency_.record(now_ns - began_ns_);
    state_ = State::joined;
    fleet_.on_joined();
}

void ChannelClient::on_lost(std::string_view why) {
    fail(fmt::format("{} the server at {}: {}", state_ == State::connecting ? "cannot connect to" : "lost",
                     fleet_.options_.url.authority(), why));
}

void ChannelClient::fail(std::string_view sentence) {
    state_ = State::closed;
    close();
    fleet_.fail(std::string(sentence));
}

}  // namespace roost::bench
