#include "append/latency.hpp"

#include "append/log_node.hpp"
#include "append/posts.hpp"
#include "bench/histogram.hpp"
#include "bench/usage.hpp"
#include "db/connection.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <stdexcept>

namespace roost::append_bench {
namespace {

const db::Statement insert_row{
    "bench_insert_row",
    "INSERT INTO messages (room_id, seq, changed_seq, author_id, author_name, content, writer, inserted_at, "
    "updated_at) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $7)"};
const db::Statement one{"bench_one", "SELECT 1"};
constexpr std::int64_t room = 1;
constexpr std::int64_t writer = 1;

// Asks the database for the n-th time, and waits for the answer.
using Ask = std::function<Task<void>(std::uint64_t number)>;

// One after the other, on the core; counts after the warm-up.
Task<void> ask_again_and_again(const Ask& ask, const Pace& pace, bench::Histogram& durations) {
    const auto counts_from = Clock::now() + pace.warm_up;
    const auto end = counts_from + pace.each;
    std::uint64_t number = 0;
    while (Clock::now() < end) {
        const bool counts = Clock::now() >= counts_from;
        const auto before = bench::now_ns();
        co_await ask(++number);
        if (counts) durations.record(bench::now_ns() - before);
    }
}

class Asking {
public:
    explicit Asking(const std::string& conninfo) : node_(conninfo) {
        node_.call([&] {
            connection_ = std::make_unique<db::Connection>(db::ConnectionOptions{.conninfo = conninfo});
        });
    }
    ~Asking() {
        node_.call([&] { connection_.reset(); });
    }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    Task<void> append(std::uint64_t) {
        auto post = to_post_;
        post.asked_at = Clock::now();
        const auto outcome = co_await node_.writer().append(std::move(post));
        if (!outcome) throw std::runtime_error("a post was refused");
    }
    Task<void> insert(std::uint64_t number) {
        const auto seq = static_cast<std::int64_t>(number);
        auto row =
            db::params(room, seq, author_id, author_name, to_post_.content.str(), writer, Timestamp::now());
        co_await connection_->query(insert_row, std::move(row));
    }
    Task<void> select_one(std::uint64_t) { co_await connection_->query(one, db::Params()); }

    bench::Histogram measure(Task<void> (Asking::*ask)(std::uint64_t), const Pace& pace) {
        const Ask asked = [this, ask](std::uint64_t number) { return (this->*ask)(number); };
        bench::Histogram durations;
        node_.run([&] { return ask_again_and_again(asked, pace, durations); });
        return durations;
    }

private:
    const messages::Post to_post_ = post_to(room);
    LogNode node_;
    std::unique_ptr<db::Connection> connection_;
};

struct Rounds {
    std::vector<double> p50_us, p99_us;

    void add(const bench::Histogram& durations) {
        p50_us.push_back(static_cast<double>(durations.percentile(50)) / 1e3);
        p99_us.push_back(static_cast<double>(durations.percentile(99)) / 1e3);
    }
    [[nodiscard]] Latency median() const { return {median_of(p50_us), median_of(p99_us)}; }
};

}  // namespace

Latencies measure_latencies(Database& database, const Pace& pace) {
    Rounds append, insert, round_trip;
    std::vector<double> ratios;
    const auto measure = [&](auto ask) {
        database.start_afresh();
        return Asking(database.conninfo()).measure(ask, pace);
    };
    for (int round = 1; round <= pace.rounds; ++round) {
        append.add(measure(&Asking::append));
        insert.add(measure(&Asking::insert));
        round_trip.add(measure(&Asking::select_one));
        ratios.push_back(append.p50_us.back() / (insert.p50_us.back() + round_trip.p50_us.back()));
        fmt::print(stderr,
                   "round {}: one at a time: append {:.0f} us, INSERT {:.0f} us, round trip {:.0f} us\n",
                   round, append.p50_us.back(), insert.p50_us.back(), round_trip.p50_us.back());
    }
    return {append.median(), insert.median(), round_trip.median(), median_of(ratios)};
}

}  // namespace roost::append_bench
