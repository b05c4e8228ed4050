// What one post at a time takes, beside a bare INSERT of the same row and one round trip to PostgreSQL.
#pragma once

#include "append/database.hpp"
#include "append/rates.hpp"

#include <vector>

namespace roost::append_bench {

struct Latency {
    double p50_us = 0;  // medians of the rounds
    double p99_us = 0;
};

struct Latencies {
    Latency append;      // LogWriter::append
    Latency insert;      // the same row: prepared, one statement, committed
    Latency round_trip;  // SELECT 1
    double ratio = 0;    // p50 of the first to the sum of the others'; the median of the rounds' ratios
};

Latencies measure_latencies(Database& database, const Pace& pace);

}  // namespace roost::append_bench
