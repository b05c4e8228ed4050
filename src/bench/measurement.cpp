#include "bench/measurement.hpp"

#include <fmt/format.h>

namespace roost::bench {
namespace {

constexpr double bottleneck_share = 0.85;

}  // namespace

void Measurement::begin() {
    before_ = Usage::of(servers_);
    own_cpu_ns_ = bench::own_cpu_ns();
    began_ns_ = now_ns();
    is_running_ = true;
}

void Measurement::end() {
    const auto took = static_cast<double>(now_ns() - began_ns_);
    own_share_ = static_cast<double>(bench::own_cpu_ns() - own_cpu_ns_) / took;
    seconds_ = took / 1e9;
    after_ = Usage::of(servers_);
    is_running_ = false;
}

void Measurement::report(Report& report) const {
    report.add("seconds", seconds_);
    if (has_servers()) {
        report.add("server.cpu_seconds", server_cpu_seconds());
        report.add("server.cpu_share", server_cpu_seconds() / seconds_);
        report.add("server.resident_bytes", after_.resident_bytes);
        report.add("server.own_bytes", after_.own_bytes);
    }
    const bool is_bottleneck = own_share_ > bottleneck_share;
    report.add("bench.cpu_share", own_share_);
    report.add("bench.is_bottleneck", is_bottleneck);
    if (is_bottleneck)
        report.warn(
            fmt::format("roost bench itself used {:.0f} % of its core: rates and latencies may be its own "
                        "limit and not the "
                        "server's. What the server did per CPU second stands.",
                        own_share_ * 100));
}

}  // namespace roost::bench
