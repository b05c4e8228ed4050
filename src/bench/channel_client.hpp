// One client of a load: a WebSocket that joins one topic (Phoenix channels, serializer 2.0.0).
#pragma once

#include "bench/frame_reader.hpp"
#include "bench/stream.hpp"

#include <cstdint>
#include <string_view>

namespace roost::bench {

class Fleet;

// Owned by its fleet. Whatever the server does that is not as it should be ends the run.
class ChannelClient final : public Stream {
public:
    ChannelClient(Fleet& fleet, std::uint32_t index, std::span<char> read_buffer);

    void open();
    // A text frame with this payload.
    void send_text(std::string_view payload);

private:
    enum class State : std::uint8_t { connecting, upgrading, joining, joined, closed };

    void on_connected() override;
    void on_bytes(std::span<const char> bytes) override;
    void on_lost(std::string_view why) override;

    bool take_upgrade(std::span<const char>& bytes);
    void join();
    bool take_frame(ws::Opcode opcode, std::string_view payload, std::int64_t now_ns);
    void take_join_reply(std::string_view payload, std::int64_t now_ns);
    void take_text(std::string_view payload, std::int64_t now_ns);
    void fail(std::string_view sentence);

    Fleet& fleet_;
    FrameReader reader_;
    std::string upgrade_;  // the part of the answer that has come
    std::int64_t began_ns_ = 0;
    std::uint32_t index_;
    State state_ = State::connecting;
};

}  // namespace roost::bench
