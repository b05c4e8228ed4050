#include "cli/bench_command.hpp"

#include "bench/url.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

namespace roost::cli {
namespace {

constexpr unsigned most_connections = 1'000'000;
const CLI::Range counts(1U, most_connections);

void check(bool is_good, const char* sentence) {
    if (!is_good) throw std::runtime_error(sentence);
}

}  // namespace

CLI::App* BenchCommand::add_to(CLI::App& app, int& exit_code) {
    auto* group = app.add_subcommand("bench", "Measure a server under load, and hold it to every message");
    add_connect(*group, exit_code);
    add_fanout(*group, exit_code);
    add_rooms(*group, exit_code);
    add_persist(*group, exit_code);
    add_http(*group, exit_code);
    return group;
}

void BenchCommand::add_connect(CLI::App& group, int& exit_code) {
    auto* command =
        group.add_subcommand("connect", "Open connections and join: rate, latency, memory of each");
    add_target(*command);
    add_clients(*command);
    command->add_option("--connections", fleet_.size, "How many, default 1,000")
        ->check(counts)
        ->option_text("N");
    command->add_option("--idle", connect_.idle_s, "Seconds to stay afterwards, default 0")
        ->check(CLI::NonNegativeNumber)
        ->option_text("S");
    command->callback([this, &exit_code] {
        if (fleet_.size == 0) fleet_.size = 1000;
        exit_code = run("connect", [this](bench::Report& report) {
            connect_.topic = topic_.empty() ? "room:lobby" : topic_;
            connect_.servers = time_.servers;
            bench::run_connect(fleet_, connect_, preparation_, report);
        });
    });
}

void BenchCommand::add_fanout(CLI::App& group, int& exit_code) {
    auto* command = group.add_subcommand("fanout", "Publish to one topic with many subscribers");
    add_target(*command);
    add_clients(*command);
    add_messages(*command, true);
    add_time(*command);
    command->add_option("--subscribers", traffic_.members, "Members of the topic, default 1,000")
        ->check(counts)
        ->option_text("N");
    command->add_option("--publishers", traffic_.publishers, "So many of them publish, default 1")
        ->check(counts)
        ->option_text("P");
    command->callback([this, &exit_code] { exit_code = run_traffic("fanout"); });
}

void BenchCommand::add_rooms(CLI::App& group, int& exit_code) {
    auto* command = group.add_subcommand("rooms", "Publish to many topics with few subscribers each");
    add_target(*command);
    add_clients(*command);
    add_messages(*command, true);
    add_time(*command);
    command->add_option("--rooms", traffic_.groups, "How many, default 100")->check(counts)->option_text("R");
    command->add_option("--members", traffic_.members, "Connections of each, default 10; one publishes")
        ->check(counts)
        ->option_text("M");
    command->callback([this, &exit_code, command] {
        if (command->count("--rooms") == 0) traffic_.groups = 100;
        if (command->count("--members") == 0) traffic_.members = 10;
        if (topic_.empty()) topic_ = "room:bench-{n}";
        exit_code = run_traffic("rooms");
    });
}

void BenchCommand::add_persist(CLI::App& group, int& exit_code) {
    auto* command = group.add_subcommand("persist", "Post durable messages through channels");
    add_target(*command);
    add_clients(*command);
    add_messages(*command, false);
    add_time(*command);
    command->add_option("--publishers", traffic_.publishers, "How many in all, default 64")
        ->check(counts)
        ->option_text("P");
    command->add_option("--rooms", traffic_.groups, "Rooms that share them evenly, default 1")
        ->check(counts)
        ->option_text("R");
    command->add_option("--subscribers", subscribers_, "Further members of each room, default 0")
        ->check(CLI::Range(0U, most_connections))
        ->option_text("N");
    command->callback([this, &exit_code, command] {
        if (command->count("--publishers") == 0) traffic_.publishers = 64;
        if (command->count("--event") == 0) traffic_.event = "new_message";
        if (command->count("--payload") == 0) traffic_.payload = R"({"content":"{text}"})";
        if (topic_.empty()) topic_ = traffic_.groups > 1 ? "messages:bench-{n}" : "messages:lobby";
        traffic_.is_acknowledged = true;
        check(traffic_.publishers % traffic_.groups == 0, "--publishers must be a multiple of --rooms");
        traffic_.publishers /= traffic_.groups;
        traffic_.members = traffic_.publishers + subscribers_;
        exit_code = run_traffic("persist");
    });
}

void BenchCommand::add_http(CLI::App& group, int& exit_code) {
    auto* command = group.add_subcommand("http", "Send HTTP requests over connections that are kept");
    add_target(*command);
    add_time(*command);
    command->add_option("--method", http_.method, "Default GET, with a body POST")->option_text("NAME");
    command->add_option("--header", http_.headers, "A further header, \"Name: value\"; repeatable")
        ->option_text("TEXT");
    command->add_option("--body", http_.body, "{n} in it, or in the URL, becomes the request's number")
        ->option_text("TEXT");
    command->add_option("--connections", http_.connections, "How many, default 32")
        ->check(counts)
        ->option_text("N");
    command
        ->add_option("--rate", http_.rate,
                     "Requests per second, whatever the answers; else each\nconnection asks "
                     "again when it has its answer")
        ->check(CLI::PositiveNumber)
        ->option_text("R");
    command->callback([this, &exit_code, command] {
        exit_code = run("http", [this, command](bench::Report& report) {
            http_.url = bench::Url::parse(url_, "http");
            if (!http_.body.empty() && command->count("--method") == 0) http_.method = "POST";
            http_.token = token_;
            http_.time = time_;
            bench::run_http(http_, preparation_, report);
        });
    });
}

// --- Options that several loads have

void BenchCommand::add_target(CLI::App& command) {
    command.add_option("--url", url_, "ws://HOST:PORT/socket/websocket, or http:// for http")
        ->required()
        ->option_text("URL");
    command.add_option("--token", token_, "Who the clients are, or BENCH_TOKEN; else nobody")
        ->envname("BENCH_TOKEN")
        ->option_text("TOKEN");
    command.add_option("--login", preparation_.email, "E-mail of an account to log in with, for a token")
        ->option_text("EMAIL");
    command.add_option("--password", preparation_.password, "Its password, or BENCH_PASSWORD")
        ->envname("BENCH_PASSWORD")
        ->option_text("TEXT");
    command
        .add_option("--pid", time_.servers,
                    "A process of the server, whose processor time and memory\nare counted; "
                    "repeatable")
        ->check(CLI::PositiveNumber)
        ->option_text("PID");
    command.add_flag("--json", as_json_, "Figures as JSON");
}

void BenchCommand::add_clients(CLI::App& command) {
    command
        .add_option(
            "--topic", topic_,
            "{n} in it becomes the number of the room, or for connect\nof the connection: five digits")
        ->option_text("TOPIC");
    command.add_option("--param", params_, "NAME=VALUE for the socket's connect; repeatable")
        ->option_text("TEXT");
    command.add_option("--join-payload", fleet_.join_payload, "Default {}")->option_text("JSON");
    command.add_flag("--create-rooms", preparation_.creates_rooms, "Make the topics' rooms by REST first");
    command
        .add_option("--opening", fleet_.opening_at_once,
                    "At most so many are connecting or joining at once,\ndefault 64")
        ->check(counts)
        ->option_text("N");
    command
        .add_option("--per-address", fleet_.per_address,
                    "Connections from 127.0.0.1, then from 127.0.0.2 and so on,\n"
                    "default 12,000")
        ->check(counts)
        ->option_text("N");
    command
        .add_option("--heartbeat", fleet_.heartbeat_s,
                    "Seconds between a connection's heartbeats, default 30")
        ->check(CLI::PositiveNumber)
        ->option_text("S");
    command.add_option("--timeout", fleet_.timeout_s, "Seconds without progress while they open, default 10")
        ->check(CLI::PositiveNumber)
        ->option_text("S");
}

void BenchCommand::add_messages(CLI::App& command, bool with_bare) {
    command.add_option("--event", traffic_.event, "What is pushed")->option_text("NAME");
    command.add_option("--payload", traffic_.payload, "{text} in it becomes the numbered text")
        ->option_text("JSON");
    command.add_option("--payload-bytes", traffic_.text_bytes, "Bytes of that text, default 64")
        ->check(CLI::Range(std::size_t{bench::NumberedText::least_size}, std::size_t{1U << 24U}))
        ->option_text("N");
    auto* window =
        command.add_option("--window", traffic_.window, "Messages in flight per publisher, default 1")
            ->check(counts)
            ->option_text("W");
    command
        .add_option("--rate", traffic_.rate,
                    "Messages per second of all publishers, whatever arrives;\nelse a publisher "
                    "goes on when a message has arrived")
        ->check(CLI::PositiveNumber)
        ->excludes(window)
        ->option_text("R");
    command
        .add_option("--drain", traffic_.drain_s, "Seconds without progress to wait for the last, default 5")
        ->check(CLI::PositiveNumber)
        ->option_text("S");
    if (!with_bare) return;
    command.add_flag("--bare", fleet_.is_bare,
                     "Plain TCP to a program of bench/baseline, which passes\nframes on: no "
                     "WebSocket handshake, no join");
    command.add_option("--frame-bytes", traffic_.frame_bytes, "With --bare, bytes of each frame")
        ->option_text("N");
}

void BenchCommand::add_time(CLI::App& command) {
    command.add_option("--seconds", time_.seconds, "Measured, default 5")
        ->check(CLI::PositiveNumber)
        ->option_text("S");
    command.add_option("--warmup", time_.warmup_s, "Seconds before that, default 1")
        ->check(CLI::NonNegativeNumber)
        ->option_text("S");
}

// --- Running

int BenchCommand::run_traffic(const char* mode) {
    return run(mode, [this](bench::Report& report) {
        check(traffic_.publishers <= traffic_.members, "there cannot be more publishers than members");
        check(std::uint64_t{traffic_.groups} * traffic_.members <= most_connections,
              "that is over 1,000,000 connections");
        check(fleet_.is_bare || traffic_.payload.find("{text}") != std::string::npos,
              "--payload must have {text}, by which messages are counted");
        if (!topic_.empty()) traffic_.topic = topic_;
        check(traffic_.groups == 1 || traffic_.topic.find("{n}") != std::string::npos,
              "several rooms need a --topic with {n}");
        traffic_.time = time_;
        bench::run_traffic(fleet_, traffic_, preparation_, report);
    });
}

template <class Load>
int BenchCommand::run(const char* mode, Load load) {
    const bool is_http = std::string_view(mode) == "http";
    if (!is_http) {
        fleet_.url = bench::Url::parse(url_, "ws");
        fleet_.token = token_;
        for (const auto& param : params_) {
            const auto equals = param.find('=');
            check(equals != std::string::npos, "--param is NAME=VALUE");
            fleet_.params.emplace_back(param.substr(0, equals), param.substr(equals + 1));
        }
    }
    bench::Report report;
    report.add("mode", mode);
    report.add("url", url_);
    load(report);
    fmt::print("{}", as_json_ ? report.json() : report.table());
    std::fflush(stdout);
    return report.has_failed() ? 1 : 0;
}

}  // namespace roost::cli
