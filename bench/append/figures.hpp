// All figures of a run, for people and for programs.
#pragma once

#include "append/cases.hpp"
#include "append/latency.hpp"

#include <optional>
#include <string>
#include <vector>

namespace roost::append_bench {

struct Measured {
    std::vector<Case> cases;
    std::vector<Outcome> outcomes;
};

struct Figures {
    std::string commit;
    std::string postgres_version;
    CopyFormat copy_format = CopyFormat::binary;
    double load_average_before = 0;
    double load_average_after = 0;
    Pace pace;
    Measured appends;  // without cases: not measured
    Measured indexes;
    std::optional<Latencies> latencies;
};

double load_average();

std::string as_json(const Figures& figures);
std::string as_markdown(const Figures& figures);

}  // namespace roost::append_bench
