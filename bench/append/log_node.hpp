// What a server has to append with, and nothing else of it: a running core with a hub that nobody listens to,
// the rooms in memory, and the writer of their logs.
#pragma once

#include "db/pool.hpp"
#include "messages/home.hpp"
#include "net/per_core.hpp"
#include "pubsub/hub.hpp"

#include <functional>
#include <memory>
#include <string>

namespace roost::append_bench {

class LogNode {
public:
    explicit LogNode(const std::string& conninfo);
    ~LogNode();
    LogNode(const LogNode&) = delete;
    LogNode& operator=(const LogNode&) = delete;

    // To be used on the core.
    [[nodiscard]] messages::LogWriter& writer() noexcept { return home_->writer; }
    // Runs `f` on the core and waits for its return.
    void call(const std::function<void()>& f) { net::run_blocking(cores_[0], f); }
    // Starts the task on the core and waits for its end; throws what it throws.
    void run(const std::function<Task<void>()>& task);

private:
    net::Cores cores_{1};
    std::unique_ptr<net::PerCore<pubsub::Hub>> hubs_;
    std::unique_ptr<db::Pool> pool_;
    std::unique_ptr<messages::Home> home_;
};

}  // namespace roost::append_bench
