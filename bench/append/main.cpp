// How fast the log is appended to, beside what PostgreSQL itself can do; script/bench-append says more.
#include "append/figures.hpp"
#include "core/log.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace roost::append_bench {
namespace {

using namespace std::chrono_literals;

struct Options {
    Database::Options database{.parent = "/var/tmp", .postgres_bin = std::nullopt};
    std::vector<std::string> parts{"appends", "indexes", "latency"};
    std::string load;  // empty: all
    int rounds = Pace().rounds;
    int attempts = Pace().attempts;
    std::string commit = "unknown";
    bool is_quick = false;
    bool is_json = false;

    [[nodiscard]] bool has(std::string_view part) const {
        return std::ranges::find(parts, part) != parts.end();
    }
};

// The load of that name alone.
std::vector<Case> only(std::vector<Case> cases, const std::string& name) {
    std::erase_if(cases, [&](const Case& one) { return one.name != name; });
    if (cases.empty()) throw std::runtime_error("there is no load of that name");
    for (std::size_t i = 0; i < cases.size(); ++i) cases[i].base = i;
    return cases;
}

Figures measure(const Options& options) {
    Figures figures;
    figures.load_average_before = load_average();
    figures.commit = options.commit;
    figures.pace.rounds = options.rounds;
    figures.pace.attempts = options.attempts;
    if (options.is_quick) figures.pace = {.warm_up = 100ms, .each = 500ms, .rounds = 1, .attempts = 1};
    Database database(options.database);
    figures.postgres_version = database.version();
    if (options.has("appends") || options.has("indexes")) {
        const Pace short_pace{.warm_up = 100ms,
                              .each = 500ms,
                              .rounds = 3,
                              .attempts = options.is_quick ? 1 : options.attempts};
        figures.copy_format = faster_format(database, short_pace);
    }
    const auto measure_cases = [&](std::vector<Case> cases) {
        if (!options.load.empty()) cases = only(std::move(cases), options.load);
        auto outcomes = measure_in_turns(database, cases, figures.pace);
        return Measured{std::move(cases), std::move(outcomes)};
    };
    if (options.has("appends")) figures.appends = measure_cases(append_cases(database, figures.copy_format));
    if (options.has("indexes")) figures.indexes = measure_cases(index_cases(database, figures.copy_format));
    if (options.has("latency")) figures.latencies = measure_latencies(database, figures.pace);
    figures.load_average_after = load_average();
    return figures;
}

int run(int argc, char** argv) {
    Options options;
    CLI::App app("Measures how fast the log is appended to, beside COPY, INSERT and a round trip.");
    app.add_flag("--quick", options.is_quick, "one short round: to see that it works");
    app.add_flag("--json", options.is_json, "the figures as JSON instead of Markdown");
    app.add_option("--part", options.parts, "what to measure")
        ->check(CLI::IsMember({"appends", "indexes", "latency"}))
        ->capture_default_str();
    app.add_option("--load", options.load, "one load alone, as JSON names it: to look at it with a profiler");
    app.add_option("--rounds", options.rounds, "of all measurements")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--attempts", options.attempts, "of a measurement that other programs disturb")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--directory", options.database.parent,
                   "where the database is made: on the disk to measure")
        ->check(CLI::ExistingDirectory)
        ->take_last()
        ->capture_default_str();
    app.add_option("--postgres-bin", options.database.postgres_bin, "the directory of PostgreSQL's programs");
    app.add_option("--commit", options.commit, "what is measured, for the figures");
    CLI11_PARSE(app, argc, argv);
    log::configure("error", log::Audit::off);
    const auto figures = measure(options);
    const auto text = options.is_json ? as_json(figures) : as_markdown(figures);
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace
}  // namespace roost::append_bench

int main(int argc, char** argv) {
    try {
        return roost::append_bench::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "roost_append_bench: %s\n", error.what());
        return 1;
    }
}
