#include "append/rates.hpp"

#include "bench/usage.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace roost::append_bench {
namespace {

struct Reading {
    std::int64_t at_ns;
    std::uint64_t rows;
    std::int64_t own_ns;
    double postgres_s;
    double machine_s;
};

// Time of all processors in which they were not idle, or another machine had them.
double machine_cpu_seconds() {
    std::ifstream file("/proc/stat");
    std::string name;
    std::array<double, 8> ticks{};  // user, nice, system, idle, iowait, irq, softirq, steal
    file >> name;
    for (auto& one : ticks) file >> one;
    constexpr std::size_t idle = 3, waiting = 4;
    const auto all = std::accumulate(ticks.begin(), ticks.end(), 0.0);
    return (all - ticks[idle] - ticks[waiting]) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

Reading read(const Database& database, const Load& load) {
    return {bench::now_ns(), load.rows(), bench::own_cpu_ns(), database.cpu_seconds(), machine_cpu_seconds()};
}

Rate measure(Database& database, const Case& one, const Pace& pace) {
    database.start_afresh(one.before);
    auto load = one.start();
    std::this_thread::sleep_for(pace.warm_up);
    const auto first = read(database, *load);
    std::this_thread::sleep_for(pace.each);
    const auto last = read(database, *load);
    load->finish();
    load.reset();
    if (!one.after.empty()) database.start_afresh(one.after);
    if (last.rows == first.rows) throw std::runtime_error(fmt::format("{}: no row was written", one.label));
    const auto rows = static_cast<double>(last.rows - first.rows);
    const auto seconds = static_cast<double>(last.at_ns - first.at_ns) / 1e9;
    const auto own_s = static_cast<double>(last.own_ns - first.own_ns) / 1e9;
    const auto postgres_s = last.postgres_s - first.postgres_s;
    const auto others_s = std::max(last.machine_s - first.machine_s - own_s - postgres_s, 0.0);
    return {rows / seconds, own_s * 1e6 / rows, postgres_s * 1e6 / rows,
            others_s / seconds / std::thread::hardware_concurrency()};
}

Rate measure_calmly(Database& database, const Case& one, const Pace& pace) {
    auto calmest = measure(database, one, pace);
    for (int i = 1; i < pace.attempts && calmest.others_share > pace.calm; ++i) {
        const auto again = measure(database, one, pace);
        if (again.others_share < calmest.others_share) calmest = again;
    }
    return calmest;
}

double median_figure(const std::vector<Rate>& rates, double Rate::* figure) {
    std::vector<double> values;
    for (const auto& rate : rates) values.push_back(rate.*figure);
    return median_of(std::move(values));
}

}  // namespace

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Rate Outcome::median() const {
    return {median_figure(rounds, &Rate::rows_per_s), median_figure(rounds, &Rate::own_us_per_row),
            median_figure(rounds, &Rate::postgres_us_per_row), median_figure(rounds, &Rate::others_share)};
}

double Outcome::best_rows_per_s() const {
    return std::ranges::max(rounds, {}, &Rate::rows_per_s).rows_per_s;
}

double Outcome::median_ratio() const {
    return median_of(ratios);
}

std::vector<Outcome> measure_in_turns(Database& database, const std::vector<Case>& cases, const Pace& pace) {
    std::vector<Outcome> outcomes(cases.size());
    for (int round = 1; round <= pace.rounds; ++round) {
        for (std::size_t i = 0; i < cases.size(); ++i) {
            outcomes[i].rounds.push_back(measure_calmly(database, cases[i], pace));
            const auto& rate = outcomes[i].rounds.back();
            fmt::print(stderr, "round {}: {:<60} {:>8.0f} rows/s, others {:.0f} %\n", round, cases[i].label,
                       rate.rows_per_s, 100 * rate.others_share);
        }
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto& base = outcomes[cases[i].base].rounds;
        for (std::size_t round = 0; round < base.size(); ++round)
            outcomes[i].ratios.push_back(outcomes[i].rounds[round].rows_per_s / base[round].rows_per_s);
    }
    return outcomes;
}

}  // namespace roost::append_bench
