// The loads that send messages: fan-out, rooms and durable messages are one thing with other numbers.
#pragma once

#include "bench/alarm.hpp"
#include "bench/fleet.hpp"
#include "bench/histogram.hpp"
#include "bench/in_flight.hpp"
#include "bench/ledger.hpp"
#include "bench/measurement.hpp"
#include "bench/numbered_text.hpp"
#include "bench/push_frame.hpp"
#include "bench/report.hpp"
#include "bench/schedule.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace roost::bench {

struct TrafficOptions {
    std::string topic = "room:lobby";  // {n}: the group's number
    std::string event = "shout";
    std::string payload = R"({"message":"{text}"})";
    std::uint32_t groups = 1;      // topics
    std::uint32_t members = 1000;  // connections of each
    std::uint32_t publishers = 1;  // of each group: its first members
    std::uint32_t window = 1;      // messages in flight per publisher, in a closed loop
    double rate = 0;               // messages per second of all publishers together, open loop; 0: closed
    std::size_t text_bytes = 64;
    // Durable messages: one is over, for the window too, when the server has acknowledged it. Else when all
    // members have it.
    bool is_acknowledged = false;
    MeasuredTime time;
    double drain_s = 5;           // how long to wait, without progress, for what is on its way at the end
    std::size_t frame_bytes = 0;  // of a bare program's frames; 0: as the text makes it
};

// One run, on the core. Every message carries its publisher and number in its text, and every connection is
// held to what it must receive.
class Traffic final : public FleetEvents {
public:
    using OnFinished = std::function<void(std::string failure)>;

    // `on_finished` is called once, with why there are no figures, or an empty text.
    Traffic(const FleetOptions& fleet, TrafficOptions options, OnFinished on_finished);

    void start() { fleet_.open(); }
    // After it has finished.
    void report(Report& report) const;

private:
    struct Publisher {
        std::uint32_t connection;
        PushFrame frame;
        InFlight messages;
        std::string batch;  // written at the end of the turn
    };
    struct Group {
        std::size_t text_place = 0;  // where the last broadcast had its numbered text
    };
    struct Counts {
        std::uint64_t deliveries = 0;
        std::uint64_t completed = 0;
        std::uint64_t replies = 0;

        bool operator==(const Counts&) const = default;
    };
    enum class Phase : std::uint8_t { opening, sending, draining, finished };

    std::string topic_of(std::uint32_t connection) override;
    void on_all_joined() override;
    void on_message(std::uint32_t connection, std::string_view payload, std::int64_t now_ns) override;
    void on_messages_read() override { write_batches(); }
    void on_failed(std::string sentence) override;

    [[nodiscard]] Publisher make_publisher(std::uint32_t index);
    [[nodiscard]] std::string bare_payload(std::string_view topic, const std::string& text) const;
    [[nodiscard]] bool is_closed_loop() const noexcept { return options_.rate <= 0; }
    void publish(std::uint32_t publisher, std::int64_t sent_ns);
    void publish_due();
    void write_batches();
    void take_broadcast(std::uint32_t connection, std::string_view payload, std::int64_t now_ns);
    void take_reply(std::uint32_t connection, std::string_view payload, std::int64_t now_ns);
    void settle(std::uint32_t publisher, bool is_over, std::int64_t now_ns);
    void begin_measuring();
    void stop_sending();
    void drain();
    void finish(std::string failure);
    [[nodiscard]] bool is_measured(const InFlight::Message& message) const noexcept {
        return message.sent_ns >= measurement_.began_ns();
    }
    [[nodiscard]] Counts counts() const noexcept { return {ledger_.received(), completed_, replies_}; }
    void report_rates(Report& report) const;
    void report_accounting(Report& report) const;

    TrafficOptions options_;
    OnFinished on_finished_;
    NumberedText texts_;
    Fleet fleet_;
    bool is_bare_;
    Ledger ledger_;
    std::vector<Publisher> publishers_;
    std::vector<Group> groups_;
    std::vector<std::uint32_t> to_write_;  // publishers with a batch
    std::optional<Schedule> schedule_;
    Alarm alarm_;
    net::Timer timer_;
    Measurement measurement_;

    Phase phase_ = Phase::opening;
    std::uint64_t sent_ = 0;
    std::uint64_t outstanding_ = 0;  // messages that are not over
    Counts at_begin_;
    Counts at_end_;
    Counts at_last_look_;
    int looks_without_progress_ = 0;
    std::uint64_t completed_ = 0;  // all members had it
    std::uint64_t replies_ = 0;
    std::uint64_t refused_ = 0;
    std::string first_refusal_;
    std::uint64_t misrouted_ = 0;      // heard by somebody of another group
    std::uint64_t unknown_ = 0;        // never sent
    std::uint64_t stray_replies_ = 0;  // to no message that waits for one
    std::size_t frame_bytes_ = 0;      // of the last broadcast
    Histogram delivery_;
    Histogram complete_;
    Histogram acknowledged_;
    Histogram send_delay_;
};

}  // namespace roost::bench
