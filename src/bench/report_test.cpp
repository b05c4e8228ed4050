#include "bench/report.hpp"

#include "schema/json_value.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace roost::bench {

TEST_CASE("paths become nested objects, in the order of the figures") {
    Report report;
    report.add("mode", "fanout");
    report.add("sent", std::uint64_t{3});
    report.add("latency.delivery.p50_us", 1.5);
    report.add("latency.delivery.max_us", 2.0);
    report.add("latency.reply.p50_us", 4.25);
    report.add("bench.is_bottleneck", false);
    report.warn("careful");
    CHECK(
        report.json() ==
        R"({"mode":"fanout","sent":3,"latency":{"delivery":{"p50_us":1.5,"max_us":2},"reply":{"p50_us":4.25}},)"
        R"("bench":{"is_bottleneck":false},"warnings":["careful"],"failure":null})"
        "\n");
}

TEST_CASE("texts are escaped, and no figure breaks the document") {
    Report report;
    report.add("url", "a\"b\n");
    report.add("nothing", std::nan(""));
    report.fail("first");
    report.fail("second");
    CHECK(report.has_failed());
    const auto json = report.json();
    CHECK(json == "{\"url\":\"a\\\"b\\n\",\"nothing\":0,\"warnings\":[],\"failure\":\"first\"}\n");
    CHECK(schema::parse_json(json).has_value());
}

TEST_CASE("a latency has its percentiles in microseconds, and is left out when nothing was measured") {
    Report report;
    report.add_latency("none", Histogram());
    Histogram histogram;
    for (int i = 0; i < 100; ++i) histogram.record(2000);
    report.add_latency("x", histogram);
    CHECK(report.json() ==
          R"({"x":{"count":100,"mean_us":2,"p50_us":2,"p90_us":2,"p99_us":2,"p999_us":2,"max_us":2},)"
          R"("warnings":[],"failure":null})"
          "\n");
}

TEST_CASE("the table has a line for each figure, with grouped digits, and says what failed") {
    Report report;
    report.add("deliveries", std::int64_t{-1234567});
    report.add("cpu.share", 0.5);
    report.fail("2 lost");
    Histogram histogram;
    histogram.record(1'500'000);
    report.add_latency("latency.join", histogram);
    const auto table = report.table();
    CHECK(table.find("-1,234,567\n") != std::string::npos);
    CHECK(table.find("cpu share ") != std::string::npos);
    CHECK(table.find("0.500\n") != std::string::npos);
    CHECK(table.find(
              "latency join  mean 1.5 ms  p50 1.5 ms  p90 1.5 ms  p99 1.5 ms  p99.9 1.5 ms  max 1.5 ms\n") !=
          std::string::npos);
    CHECK(table.find("FAILED: 2 lost") != std::string::npos);
}

}  // namespace roost::bench
