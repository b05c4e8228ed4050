// The load that opens connections, and what they cost a server that has nothing else to do.
#pragma once

#include "bench/fleet.hpp"
#include "bench/measurement.hpp"
#include "bench/report.hpp"
#include "net/timer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace roost::bench {

struct ConnectOptions {
    std::string topic = "room:lobby";  // {n}: the connection's number
    double idle_s = 0;                 // how long they then stay
    std::vector<pid_t> servers;        // whose processor time and memory are counted
};

// One run, on the core: connects, joins, and waits.
class ConnectLoad final : public FleetEvents {
public:
    using OnFinished = std::function<void(std::string failure)>;

    // `on_finished` is called once, with why there are no figures, or an empty text.
    ConnectLoad(const FleetOptions& fleet, ConnectOptions options, OnFinished on_finished);

    void start();
    // After it has finished.
    void report(Report& report) const;

private:
    std::string topic_of(std::uint32_t connection) override {
        return numbered_topic(options_.topic, connection);
    }
    void on_all_joined() override;
    void on_message(std::uint32_t /*connection*/, std::string_view /*payload*/,
                    std::int64_t /*now*/) override {}
    void on_messages_read() override {}
    void on_failed(std::string sentence) override { finish(std::move(sentence)); }

    void look_again();
    void finish(std::string failure);
    void report_memory(Report& report, const std::string& when, const Usage& now) const;

    ConnectOptions options_;
    OnFinished on_finished_;
    Fleet fleet_;
    net::Timer timer_;
    Measurement joining_;
    Measurement idling_;
};

}  // namespace roost::bench
