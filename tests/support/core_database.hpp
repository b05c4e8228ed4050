// For tests: a database of one's own, objects on running cores, and how many transactions they make.
#pragma once

#include "core/result.hpp"
#include "db/pool.hpp"
#include "net/per_core.hpp"
#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace roost::test {

// "ok", or the problem's code.
template <class T>
std::string outcome(const Result<T>& result) {
    return result ? "ok" : std::string(result.error().kind().code);
}

// A T on each core, and tasks of it started from the test's own thread.
template <class T>
class OnCores {
public:
    OnCores(RunningCores& cores, const typename net::PerCore<T>::Make& make)
        : cores_(cores), objects_(cores.all(), make) {}

    [[nodiscard]] T& operator[](unsigned core) noexcept { return objects_[core]; }

    // `f`, called with a core's object and there, gives a task; its outcome comes here.
    template <class F>
    auto start(F f, unsigned core = 0) {
        using Outcome = decltype(outcome_type(f(objects_[core])));
        auto promise = std::make_shared<std::promise<Outcome>>();
        auto future = promise->get_future();
        cores_[core].post([f = std::move(f), &object = objects_[core], promise]() mutable {
            spawn(keep(f(object), promise),
                  [promise](const std::exception_ptr& exception) { promise->set_exception(exception); });
        });
        return future;
    }
    template <class F>
    auto run(F f, unsigned core = 0) {
        auto future = start(std::move(f), core);
        return outcome_of(future);
    }

private:
    template <class Outcome>
    static Outcome outcome_type(Task<Outcome>);
    template <class Outcome>
    static Task<void> keep(Task<Outcome> task, std::shared_ptr<std::promise<Outcome>> promise) {
        if constexpr (std::is_void_v<Outcome>) {
            co_await task;
            promise->set_value();
        } else {
            promise->set_value(co_await task);
        }
    }

    RunningCores& cores_;
    net::PerCore<T> objects_;
};

class TestDatabase {
public:
    TestDatabase() : conninfo(fresh_database()), admin(conninfo), onlooker_(conninfo) {}

    [[nodiscard]] std::unique_ptr<db::Pool> pool(std::size_t connections = 1) const {
        return std::make_unique<db::Pool>(db::ConnectionOptions{.conninfo = conninfo}, connections);
    }
    // The first column of the first row.
    std::string one(const std::string& sql) { return admin.query(sql).at(0).at(0).value_or("null"); }
    void until(const std::string& claim) {
        wait_for([&] { return onlooker_.query("select " + claim).at(0).at(0) == "t"; });
    }
    // Until a statement waits for a lock, such as one that a transaction of `admin` holds.
    void until_blocked() {
        until(
            "exists (select from pg_stat_activity where datname = current_database() and "
            "wait_event_type = 'Lock')");
    }

    std::string conninfo;
    db::BlockingConnection admin;

private:
    static void wait_for(const std::function<bool()>& is_so) {
        const auto deadline = Clock::now() + patience;
        while (!is_so()) {
            if (Clock::now() > deadline) throw std::runtime_error("it does not come about");
            std::this_thread::yield();
        }
    }

    db::BlockingConnection onlooker_;  // in no transaction: it sees what has just become so
};

// How many transactions a pool's only connection has carried out, these questions not counted.
class TransactionCount {
public:
    explicit TransactionCount(OnCores<db::Pool>& pools) : pools_(pools) {}

    std::int64_t operator()() {
        static const db::Statement own_number{
            "own_number",
            "SELECT split_part(virtualtransaction, '/', 2)::bigint FROM pg_locks "
            "WHERE pid = pg_backend_pid() AND locktype = 'virtualxid'"};
        const auto ask = [](db::Pool& pool) { return pool.query(own_number, db::Params()); };
        return pools_.run(ask).integer(0, 0) - ++questions_;
    }

private:
    OnCores<db::Pool>& pools_;
    std::int64_t questions_ = 0;
};

}  // namespace roost::test
