// `roost bench`: loads for this server, or for any other that speaks the same protocol.
#pragma once

#include "bench/run.hpp"

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library chose it
class App;
}

namespace roost::cli {

// What its command line says. Lives as long as the command line is read: a load runs while it is parsed.
class BenchCommand {
public:
    // The group of its commands. `exit_code` becomes 1 when a load fails: a message lost, repeated, out of
    // order or refused.
    CLI::App* add_to(CLI::App& app, int& exit_code);

private:
    void add_connect(CLI::App& group, int& exit_code);
    void add_fanout(CLI::App& group, int& exit_code);
    void add_rooms(CLI::App& group, int& exit_code);
    void add_persist(CLI::App& group, int& exit_code);
    void add_http(CLI::App& group, int& exit_code);
    void add_target(CLI::App& command);
    void add_clients(CLI::App& command);
    void add_messages(CLI::App& command, bool with_bare);
    void add_time(CLI::App& command);
    // Runs `load(report)` and prints what it measured.
    template <class Load>
    int run(const char* mode, Load load);
    int run_traffic(const char* mode);

    std::string url_;
    std::vector<std::string> params_;
    bench::Preparation preparation_;
    bench::FleetOptions fleet_;
    bench::ConnectOptions connect_;
    bench::TrafficOptions traffic_;
    bench::HttpOptions http_;
    bench::MeasuredTime time_;
    std::string token_;
    std::string topic_;
    unsigned subscribers_ = 0;
    bool as_json_ = false;
};

}  // namespace roost::cli
