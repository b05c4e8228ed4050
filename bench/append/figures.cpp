#include "append/figures.hpp"

#include "bench/report.hpp"

#include <fmt/format.h>

#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>
#include <string_view>
#include <thread>

namespace roost::append_bench {
namespace {

constexpr double least_of_copy = 0.6;
constexpr double most_of_insert = 1.3;

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    constexpr std::string_view field = "model name";
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(field)) return line.substr(line.find(':') + 2);
    return "unknown";
}

std::string kernel() {
    utsname name{};
    ::uname(&name);
    return fmt::format("{} {}", name.sysname, name.release);
}

std::string_view name_of(CopyFormat format) {
    return format == CopyFormat::binary ? "binary" : "text";
}

std::string thousands(double value) {
    return fmt::format("{:.1f} k", value / 1e3);
}

void add(bench::Report& report, const std::string& part, const Measured& measured) {
    for (std::size_t i = 0; i < measured.cases.size(); ++i) {
        const auto& one = measured.cases[i];
        const auto name = part + '.' + one.name;
        const auto rate = measured.outcomes[i].median();
        report.add(name + ".rows_per_s", rate.rows_per_s);
        report.add(name + ".best_rows_per_s", measured.outcomes[i].best_rows_per_s());
        report.add(name + ".own_cpu_us_per_row", rate.own_us_per_row);
        report.add(name + ".postgres_cpu_us_per_row", rate.postgres_us_per_row);
        report.add(name + ".others_share", rate.others_share);
        if (one.base != i) report.add(name + ".ratio", measured.outcomes[i].median_ratio());
    }
}

void add(bench::Report& report, const std::string& name, const Latency& latency) {
    report.add(name + ".p50_us", latency.p50_us);
    report.add(name + ".p99_us", latency.p99_us);
}

// What other programs took of the processors, the median of all measurements.
double others_share(const Figures& figures) {
    std::vector<double> shares;
    for (const auto* measured : {&figures.appends, &figures.indexes})
        for (const auto& outcome : measured->outcomes)
            for (const auto& rate : outcome.rounds) shares.push_back(rate.others_share);
    return median_of(std::move(shares));
}

std::string facts(const Figures& figures) {
    using Seconds = std::chrono::duration<double>;
    std::string out = "| | |\n|---|---|\n";
    const auto add_row = [&out](std::string_view fact, const std::string& value) {
        out += fmt::format("| {} | {} |\n", fact, value);
    };
    add_row("Processor", fmt::format("{}, {} of it", processor(), std::thread::hardware_concurrency()));
    add_row("Kernel", kernel());
    add_row("PostgreSQL", figures.postgres_version + ", fsync on");
    add_row("Commit", figures.commit);
    add_row("Load average before, after",
            fmt::format("{:.1f}, {:.1f}", figures.load_average_before, figures.load_average_after));
    if (!figures.appends.cases.empty() || !figures.indexes.cases.empty())
        add_row("Other programs took",
                fmt::format("{:.0f} % of the processors", 100 * others_share(figures)));
    add_row("Rounds",
            fmt::format("{} of {:.1f} s each", figures.pace.rounds, Seconds(figures.pace.each).count()));
    return out;
}

std::string appends_table(const Measured& measured, CopyFormat format) {
    auto out = fmt::format(
        "\nAppending beside COPY ({}) in batches of 1,000; at least {:.2f} of it is the target.\n\n"
        "| Load | rows/s | × the COPY above it | CPU of this process, µs a row | CPU of PostgreSQL, µs a row "
        "|\n"
        "|---|---|---|---|---|\n",
        name_of(format), least_of_copy);
    for (std::size_t i = 0; i < measured.cases.size(); ++i) {
        const auto& one = measured.cases[i];
        const auto rate = measured.outcomes[i].median();
        const auto ratio =
            one.base == i ? std::string() : fmt::format("{:.2f}", measured.outcomes[i].median_ratio());
        out += fmt::format("| {} | {} | {} | {:.1f} | {:.1f} |\n", one.label, thousands(rate.rows_per_s),
                           ratio, rate.own_us_per_row, rate.postgres_us_per_row);
    }
    return out;
}

std::string indexes_table(const Measured& measured) {
    std::string out =
        "\nWhat an index costs.\n\n"
        "| Load | rows/s without | with it | costs | CPU of PostgreSQL, µs a row |\n|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < measured.cases.size(); ++i) {
        const auto& one = measured.cases[i];
        if (one.base == i) continue;
        const auto with = measured.outcomes[i].median(), without = measured.outcomes[one.base].median();
        out +=
            fmt::format("| {} | {} | {} | {:.0f} % | {:+.1f} |\n", one.label, thousands(without.rows_per_s),
                        thousands(with.rows_per_s), 100 * (1 - measured.outcomes[i].median_ratio()),
                        with.postgres_us_per_row - without.postgres_us_per_row);
    }
    return out;
}

std::string latencies_table(const Latencies& latencies) {
    std::string out = "\nOne post at a time.\n\n| | p50 | p99 |\n|---|---|---|\n";
    const auto add_row = [&out](std::string_view label, const Latency& latency) {
        out += fmt::format("| {} | {:.0f} µs | {:.0f} µs |\n", label, latency.p50_us, latency.p99_us);
    };
    add_row("append", latencies.append);
    add_row("a bare INSERT of the same row", latencies.insert);
    add_row("`SELECT 1`", latencies.round_trip);
    out += fmt::format(
        "\nAppending takes {:.2f} × a bare INSERT and a round trip; at most {:.2f} is the target.\n",
        latencies.ratio, most_of_insert);
    return out;
}

}  // namespace

double load_average() {
    double average = 0;
    ::getloadavg(&average, 1);
    return average;
}

std::string as_json(const Figures& figures) {
    bench::Report report;
    report.add("machine.processor", processor());
    report.add("machine.processors", static_cast<std::int64_t>(std::thread::hardware_concurrency()));
    report.add("machine.kernel", kernel());
    report.add("machine.postgresql", figures.postgres_version);
    report.add("machine.commit", figures.commit);
    report.add("machine.load_average_before", figures.load_average_before);
    report.add("machine.load_average_after", figures.load_average_after);
    report.add("rounds", static_cast<std::int64_t>(figures.pace.rounds));
    report.add("copy_format", std::string(name_of(figures.copy_format)));
    add(report, "appends", figures.appends);
    add(report, "indexes", figures.indexes);
    if (const auto& latencies = figures.latencies) {
        add(report, "one_at_a_time.append", latencies->append);
        add(report, "one_at_a_time.insert", latencies->insert);
        add(report, "one_at_a_time.round_trip", latencies->round_trip);
        report.add("one_at_a_time.ratio", latencies->ratio);
    }
    return report.json();
}

std::string as_markdown(const Figures& figures) {
    auto out = facts(figures);
    if (!figures.appends.cases.empty()) out += appends_table(figures.appends, figures.copy_format);
    if (!figures.indexes.cases.empty()) out += indexes_table(figures.indexes);
    if (figures.latencies) out += latencies_table(*figures.latencies);
    return out;
}

}  // namespace roost::append_bench
