#include "bench/connect_load.hpp"

#include <exception>
#include <utility>

namespace roost::bench {

ConnectLoad::ConnectLoad(const FleetOptions& fleet, ConnectOptions options, OnFinished on_finished)
    : options_(std::move(options)), on_finished_(std::move(on_finished)), fleet_(fleet, *this),
      joining_(options_.servers), idling_(options_.servers) {}

void ConnectLoad::start() {
    joining_.begin();
    fleet_.open();
}

void ConnectLoad::on_all_joined() {
    try {
        joining_.end();
        if (options_.idle_s <= 0) return finish({});
        idling_.begin();
    } catch (const std::exception& error) {
        return finish(error.what());
    }
    const std::chrono::milliseconds time(static_cast<std::int64_t>(options_.idle_s * 1000));
    timer_.start(time, [this] { look_again(); });
}

void ConnectLoad::look_again() {
    try {
        idling_.end();
    } catch (const std::exception& error) {
        return finish(error.what());
    }
    finish({});
}

void ConnectLoad::finish(std::string failure) {
    timer_.cancel();
    if (const auto on_finished = std::exchange(on_finished_, nullptr)) on_finished(std::move(failure));
}

void ConnectLoad::report(Report& report) const {
    report.add("connections", std::uint64_t{fleet_.size()});
    joining_.report(report);
    const auto size = static_cast<double>(fleet_.size());
    report.add("rates.connections_per_s", size / joining_.seconds());
    if (joining_.has_servers()) {
        const auto cpu_seconds = joining_.server_cpu_seconds();
        report.add("rates.server_cpu_us_per_connection", cpu_seconds / size * 1e6);
        if (cpu_seconds > 0) report.add("rates.connections_per_server_cpu_s", size / cpu_seconds);
        report_memory(report, "joined", joining_.after());
        if (options_.idle_s > 0) {
            report_memory(report, "idle", idling_.after());
            report.add("idle.seconds", idling_.seconds());
            report.add("idle.server_cpu_seconds", idling_.server_cpu_seconds());
        }
    }
    report.add_latency("latency.connect", fleet_.connect_latency());
    report.add_latency("latency.join", fleet_.join_latency());
}

// What the server has grown by since before the first connection.
void ConnectLoad::report_memory(Report& report, const std::string& when, const Usage& now) const {
    const auto grown = [&](std::uint64_t Usage::* bytes) {
        return (static_cast<double>(now.*bytes) - static_cast<double>(joining_.before().*bytes)) /
               static_cast<double>(fleet_.size());
    };
    report.add("memory." + when + "_own_bytes_per_connection", grown(&Usage::own_bytes));
    report.add("memory." + when + "_resident_bytes_per_connection", grown(&Usage::resident_bytes));
}

}  // namespace roost::bench
