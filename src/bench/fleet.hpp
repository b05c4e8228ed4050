// The clients of a load: thousands of WebSockets that have joined a topic each.
#pragma once

#include "bench/channel_client.hpp"
#include "bench/histogram.hpp"
#include "bench/url.hpp"
#include "net/endpoint.hpp"
#include "net/timer.hpp"
#include "ws/mask.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace roost::bench {

struct FleetOptions {
    Url url;
    std::string token;                                        // empty: none is sent
    std::vector<std::pair<std::string, std::string>> params;  // further ones of the query
    std::string join_payload = "{}";                          // a JSON object
    std::uint32_t size = 0;                                   // connections
    std::uint32_t opening_at_once = 64;
    // Connections from one loopback address. It has 28,000 ports, but looking for a free one becomes slow
    // when half of them are taken.
    std::uint32_t per_address = 12'000;
    double heartbeat_s = 30;
    double timeout_s = 10;  // without any progress while they open
    // Plain TCP to a program of bench/baseline: what connects has joined.
    bool is_bare = false;
};

// `text` with `by` in every place of `what`.
std::string replaced(std::string text, std::string_view what, std::string_view by);
// A topic of many: the number, five digits, in the place of {n}.
std::string numbered_topic(const std::string& topic, std::uint32_t number);

// What a fleet tells its load.
class FleetEvents {
public:
    // The topic of a connection.
    virtual std::string topic_of(std::uint32_t connection) = 0;
    virtual void on_all_joined() = 0;
    // A text message that is neither the answer to the join nor to a heartbeat.
    virtual void on_message(std::uint32_t connection, std::string_view payload, std::int64_t now_ns) = 0;
    // After all messages of one read.
    virtual void on_messages_read() = 0;
    // The run is over: the server refused, closed or broke a connection. A sentence; told once.
    virtual void on_failed(std::string sentence) = 0;

protected:
    ~FleetEvents() = default;
};

// Owned by a load, on the core of the run. Opens its connections in their order, so many at once, and keeps
// them alive with heartbeats.
class Fleet {
public:
    // Throws std::runtime_error when the host has no address.
    Fleet(FleetOptions options, FleetEvents& events);
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    void open();

    [[nodiscard]] std::uint32_t size() const noexcept { return options_.size; }
    [[nodiscard]] ChannelClient& operator[](std::uint32_t connection) noexcept {
        return clients_[connection];
    }
    [[nodiscard]] const Histogram& connect_latency() const noexcept { return connect_latency_; }
    [[nodiscard]] const Histogram& join_latency() const noexcept { return join_latency_; }
    // A mask for a connection or a publisher.
    ws::Mask random_mask();

private:
    friend class ChannelClient;

    void open_more();
    void on_joined();
    void fail(std::string sentence);
    void tick();
    void send_heartbeats(std::int64_t now);
    [[nodiscard]] const net::Endpoint* source_of(std::uint32_t connection) const;

    FleetOptions options_;
    FleetEvents& events_;
    net::Endpoint server_;
    std::vector<net::Endpoint> sources_;  // empty: the system's choice
    std::string upgrade_request_;
    std::string expected_accept_;
    std::unique_ptr<char[]> read_buffer_;
    std::minstd_rand random_;
    std::deque<ChannelClient> clients_;
    std::uint32_t opened_ = 0;
    std::uint32_t joined_ = 0;
    std::uint32_t joined_at_last_progress_ = 0;
    std::int64_t progress_ns_ = 0;
    std::int64_t joined_ns_ = 0;  // when all had
    std::uint64_t heartbeats_ = 0;
    bool has_failed_ = false;
    Histogram connect_latency_;
    Histogram join_latency_;
    net::Timer timer_;
};

}  // namespace roost::bench
