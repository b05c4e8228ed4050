#include "bench/traffic.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

namespace roost::bench {

void Traffic::report(Report& report) const {
    report.add("connections", std::uint64_t{fleet_.size()});
    report.add("topics", std::uint64_t{options_.groups});
    report.add("publishers", std::uint64_t{publishers_.size()});
    if (is_closed_loop()) report.add("window", std::uint64_t{options_.window});
    else report.add("rate_per_s", options_.rate);
    report.add("frame_bytes", std::uint64_t{frame_bytes_});
    measurement_.report(report);
    report_rates(report);
    report.add_latency("latency.delivery", delivery_);
    report.add_latency("latency.complete", complete_);
    report.add_latency("latency.acknowledged", acknowledged_);
    report.add_latency("latency.join", fleet_.join_latency());
    report.add_latency("bench.send_delay", send_delay_);
    constexpr double late_ns = 1e6;
    if (static_cast<double>(send_delay_.percentile(99)) > late_ns)
        report.warn(
            "roost bench sent more than 1 % of the messages over 1 ms late; their latency counts from when "
            "they "
            "should have been sent.");
    report_accounting(report);
}

void Traffic::report_rates(Report& report) const {
    const auto rate = [&](std::string_view what, std::uint64_t before, std::uint64_t after) {
        const auto count = static_cast<double>(after - before);
        report.add(fmt::format("rates.{}_per_s", what), count / measurement_.seconds());
        if (measurement_.has_servers() && measurement_.server_cpu_seconds() > 0)
            report.add(fmt::format("rates.{}_per_server_cpu_s", what),
                       count / measurement_.server_cpu_seconds());
    };
    rate("deliveries", at_begin_.deliveries, at_end_.deliveries);
    rate("messages", at_begin_.completed, at_end_.completed);
    if (options_.is_acknowledged) rate("acknowledged", at_begin_.replies, at_end_.replies);
}

// Over the whole run, warm-up and end included.
void Traffic::report_accounting(Report& report) const {
    const auto expected = static_cast<std::int64_t>((sent_ - refused_) * options_.members);
    const auto lost = expected - static_cast<std::int64_t>(ledger_.received());
    report.add("accounting.sent", sent_);
    report.add("accounting.expected", expected);
    report.add("accounting.received", ledger_.received());
    report.add("accounting.refused", refused_);
    if (refused_ > 0)
        report.fail(fmt::format("{} messages were refused, first: {}", refused_, first_refusal_));

    const auto unanswered = static_cast<std::int64_t>(options_.is_acknowledged ? sent_ - replies_ : 0);
    const auto count = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    const std::array<std::pair<const char*, std::int64_t>, 7> faults{
        {{"lost", lost},
         {"repeated", count(ledger_.repeated())},
         {"reordered", count(ledger_.reordered())},
         {"misrouted", count(misrouted_)},
         {"unknown", count(unknown_)},
         {"unanswered", unanswered},
         {"stray_replies", count(stray_replies_)}}};
    std::string found;
    for (const auto& [fault, number] : faults) {
        report.add(fmt::format("accounting.{}", fault), number);
        if (number != 0) found += fmt::format("{}{} {}", found.empty() ? "" : ", ", number, fault);
    }
    if (!found.empty()) report.fail(found);
    if (sent_ == 0 || completed_ == 0) report.fail("no message was delivered to all of its receivers");
}

}  // namespace roost::bench
