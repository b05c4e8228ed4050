// One asynchronous connection to PostgreSQL on one core: pipeline mode, prepared statements, binary values.
//
// Any number of coroutines of the core may have commands under way at once; each command is one transaction,
// answered in the order sent. A connection that is lost is made again with a growing pause; until it is back,
// commands fail at once. Made, used and destroyed on its core.
#pragma once

#include "core/task.hpp"
#include "db/error.hpp"
#include "db/params.hpp"
#include "db/rows.hpp"
#include "net/poller.hpp"
#include "net/timer.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace roost::db {

// A statement of the program; prepared on each connection at its first use there. Both texts are static.
struct Statement {
    const char* name;
    const char* sql;
};

struct ConnectionOptions {
    std::string conninfo;
    // Clients wait ten seconds for an answer (phoenix.js), and a post may need two from PostgreSQL.
    std::chrono::milliseconds connect_timeout{2'000};
    std::chrono::milliseconds statement_timeout{3'000};  // PostgreSQL ends the statement
    std::chrono::milliseconds answer_timeout{4'000};     // without an answer the connection is given up
    std::size_t most_commands = 10'000;                  // under way at once; more fail at once
};

class Connection final : public net::Watcher {
public:
    explicit Connection(ConnectionOptions options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    struct Step {
        const Statement* statement = nullptr;
        Params params;
    };

    // Runs the steps as one transaction, in one trip. Throws Error when PostgreSQL refuses one (nothing was
    // done), and Unavailable when it cannot serve (see Unavailable::is_refusal for whether it may have been
    // done).
    Task<std::vector<Rows>> transaction(std::vector<Step> steps);
    // The same with one step.
    Task<Rows> query(const Statement& statement, Params params);

    // Ends it for good: what is under way, and whatever comes, fails as Unavailable.
    void close();

    [[nodiscard]] bool is_ready() const noexcept { return state_ == State::ready; }
    [[nodiscard]] std::size_t under_way() const noexcept { return commands_.size(); }
    // The command in front has waited for its answer longer than a second.
    [[nodiscard]] bool is_late() const noexcept;
    // Suspends until the connection is ready, or an attempt to connect has failed.
    Task<void> attempt();

private:
    enum class State { connecting, ready, waiting, closed };
    struct Command;
    struct Submission;

    void on_ready(net::Readiness readiness) override;
    void connect();
    void continue_connecting();
    void connected();
    void send(Command& command);
    void prepare(Command& command, const Step& step);
    void execute(Command& command, const Step& step);
    void flush();
    void receive();
    void take(pg_result* result);
    Task<void> apply_settings();
    void lost(const std::string& reason);
    void fail_all(const std::string& reason);
    void disconnect();
    void watch(bool want_write);
    void arm_answer_timeout();
    void resume_attempts();

    ConnectionOptions options_;
    State state_ = State::waiting;
    pg_conn* pg_ = nullptr;
    int watched_ = -1;
    std::deque<Command*> commands_;  // in the order sent; each lives in its caller's frame
    std::set<std::string_view> prepared_;
    std::vector<std::coroutine_handle<>> attempts_;
    net::Timer reconnect_;
    net::Timer timeout_;
    std::chrono::milliseconds pause_;
};

}  // namespace roost::db
