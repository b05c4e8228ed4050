// The figures of a run, for people and for programs.
#pragma once

#include "bench/histogram.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace roost::bench {

// An ordered list of named values. A name with dots is a path: "latency.p50_us" stands in the object
// "latency". Units come last in a name.
class Report {
public:
    using Value = std::variant<bool, std::int64_t, double, std::string>;

    void add(std::string name, bool value) { put(std::move(name), value); }
    void add(std::string name, double value) { put(std::move(name), value); }
    void add(std::string name, std::int64_t value) { put(std::move(name), value); }
    void add(std::string name, std::uint64_t value) {
        put(std::move(name), static_cast<std::int64_t>(value));
    }
    void add(std::string name, std::string value) { put(std::move(name), std::move(value)); }
    void add(std::string name, const char* value) { put(std::move(name), std::string(value)); }
    // count, mean, p50, p90, p99, p99.9 and max of a histogram of nanoseconds, in microseconds. Nothing when
    // empty.
    void add_latency(const std::string& name, const Histogram& histogram);
    // A sentence for whoever reads the figures.
    void warn(std::string sentence) { warnings_.push_back(std::move(sentence)); }

    // What makes the run a failure, in a sentence; the first counts.
    void fail(std::string sentence);
    [[nodiscard]] bool has_failed() const noexcept { return !failure_.empty(); }

    [[nodiscard]] std::string json() const;
    // A line for each figure, and one for each latency.
    [[nodiscard]] std::string table() const;

private:
    struct Figure {
        std::string name;
        Value value;
    };
    // A latency's line of the table, in the place of its figures.
    struct Latency {
        std::string path;
        std::string line;
    };
    void put(std::string name, Value value) { figures_.push_back({std::move(name), std::move(value)}); }

    std::vector<Figure> figures_;
    std::vector<Latency> latencies_;
    std::vector<std::string> warnings_;
    std::string failure_;
};

}  // namespace roost::bench
