// How fast loads write, measured in turns, so that what the machine does meanwhile meets all of them.
#pragma once

#include "append/database.hpp"
#include "append/load.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace roost::append_bench {

struct Pace {
    std::chrono::milliseconds warm_up{300};
    std::chrono::milliseconds each{2'000};
    int rounds = 5;
    // A measurement in which other programs took more of the processors is made again, up to so many times;
    // the one that was disturbed least counts.
    double calm = 0.1;
    int attempts = 3;
};

struct Rate {
    double rows_per_s = 0;
    double own_us_per_row = 0;       // processor time of this process
    double postgres_us_per_row = 0;  // of all of PostgreSQL's
    double others_share = 0;         // of all processors: what neither of the two used, and was used
};

// One load among others. `before` and `after` are SQL for an empty log.
struct Case {
    std::string name;  // a path, as bench::Report has it
    std::string label;
    std::function<std::unique_ptr<Load>()> start;
    std::size_t base = 0;  // index of the case that it is compared with; its own: none
    std::string before = {};
    std::string after = {};
};

struct Outcome {
    std::vector<Rate> rounds;
    std::vector<double> ratios;  // of rows per second to the base's, round by round

    [[nodiscard]] Rate median() const;
    [[nodiscard]] double median_ratio() const;
    [[nodiscard]] double best_rows_per_s() const;  // of the round that was disturbed least
};

double median_of(std::vector<double> values);

// Each case in each round, in their order, on an empty table. Tells on standard error how far it is.
std::vector<Outcome> measure_in_turns(Database& database, const std::vector<Case>& cases, const Pace& pace);

}  // namespace roost::append_bench
