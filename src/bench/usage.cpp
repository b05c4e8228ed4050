#include "bench/usage.hpp"

#include <fmt/format.h>

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace roost::bench {
namespace {

// Descriptors of the load generator itself: standard streams, epoll sets, timers, /proc.
constexpr std::uint64_t other_files = 32;

std::string read_file(pid_t process, std::string_view name) {
    std::ifstream file(fmt::format("/proc/{}/{}", process, name));
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) throw std::runtime_error(fmt::format("there is no process {}", process));
    return text;
}

std::uint64_t read_number(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// `VmRSS:    1234 kB`; 0 where there is no such line.
std::uint64_t bytes_of(std::string_view status, std::string_view field) {
    const auto at = status.find(fmt::format("\n{}:", field));
    return at == std::string_view::npos ? 0 : read_number(status.substr(at)) * 1024;
}

double cpu_seconds_of(std::string_view stat) {
    // The name may hold anything, also spaces and brackets: the fields are counted from the last bracket.
    constexpr int fields_before_user_time = 11;
    auto rest = stat.substr(std::min(stat.rfind(')'), stat.size()));
    for (int i = 0; i <= fields_before_user_time; ++i)
        rest.remove_prefix(std::min(rest.find(' ', 1), rest.size()));
    const auto user = read_number(rest);
    rest.remove_prefix(std::min(rest.find(' ', 1), rest.size()));
    return static_cast<double>(user + read_number(rest)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::int64_t clock_ns(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Usage Usage::of(const std::vector<pid_t>& processes) {
    Usage usage;
    for (const auto process : processes) {
        const auto status = read_file(process, "status");
        usage.cpu_seconds += cpu_seconds_of(read_file(process, "stat"));
        usage.resident_bytes += bytes_of(status, "VmRSS");
        usage.own_bytes += bytes_of(status, "RssAnon");
    }
    return usage;
}

std::int64_t own_cpu_ns() {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

std::int64_t now_ns() {
    return clock_ns(CLOCK_MONOTONIC);
}

void allow_connections(std::uint64_t connections) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto wanted = connections + other_files;
    if (wanted <= limit.rlim_cur) return;
    limit.rlim_cur = limit.rlim_max;
    if (wanted > limit.rlim_max || ::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        throw std::runtime_error(
            fmt::format("{} connections need {} open files, and the limit is {} (ulimit -Hn)", connections,
                        wanted, limit.rlim_max));
}

}  // namespace roost::bench
