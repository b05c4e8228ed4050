#include "db/connection.hpp"

#include "core/log.hpp"
#include "net/core.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>

namespace roost::db {

using namespace std::chrono_literals;

namespace {

constexpr auto first_pause = 50ms;
constexpr auto longest_pause = 2'000ms;
constexpr auto late = 1'000ms;
constexpr int binary = 1;

// Classes of SQLSTATE that say that the server cannot serve now, not that the statement is wrong
// (PostgreSQL, appendix A): connection exceptions, insufficient resources, operator intervention.
bool is_unavailability(std::string_view sqlstate) {
    return sqlstate.starts_with("08") || sqlstate.starts_with("53") || sqlstate.starts_with("57") ||
           sqlstate == "25006";  // read-only: a server that is being restored or demoted
}

std::exception_ptr error_of(const PGresult* result) {
    const auto field = [result](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string(text != nullptr ? text : "");
    };
    const auto sqlstate = field(PG_DIAG_SQLSTATE);
    if (sqlstate.empty()) return std::make_exception_ptr(Unavailable("PostgreSQL: no answer"));
    if (is_unavailability(sqlstate))
        return std::make_exception_ptr(Unavailable("PostgreSQL: SQLSTATE " + sqlstate, sqlstate));
    return std::make_exception_ptr(
        Error(sqlstate, field(PG_DIAG_CONSTRAINT_NAME), field(PG_DIAG_MESSAGE_PRIMARY)));
}

}  // namespace

// One transaction on its way. The wire carries the PREPAREs of statements that are used for the first time,
// the execution of each step, and one Sync.
struct Connection::Command {
    std::vector<Step> steps;
    Clock::time_point deadline;
    struct Slot {
        std::string_view prepares;  // the statement's name, or empty for an execution
    };
    std::vector<Slot> slots;
    std::size_t answered = 0;  // slots
    std::vector<Rows> rows;
    std::exception_ptr failure;
    std::coroutine_handle<> caller;
};

struct Connection::Submission {
    Connection& connection;
    Command command;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
        command.caller = caller;
        connection.commands_.push_back(&command);
        if (connection.state_ == State::ready) connection.send(command);
    }
    std::vector<Rows> await_resume() {
        if (command.failure) std::rethrow_exception(command.failure);
        return std::move(command.rows);
    }
};

Connection::Connection(ConnectionOptions options) : options_(std::move(options)), pause_(first_pause) {
    connect();
}

Connection::~Connection() {
    close();
}

void Connection::close() {
    if (std::exchange(state_, State::closed) == State::closed) return;
    reconnect_.cancel();
    timeout_.cancel();
    disconnect();
    fail_all("the connection is closed");
}

bool Connection::is_late() const noexcept {
    return !commands_.empty() && Clock::now() > commands_.front()->deadline - options_.answer_timeout + late;
}

Task<std::vector<Rows>> Connection::transaction(std::vector<Step> steps) {
    if (state_ == State::waiting || state_ == State::closed)
        throw Unavailable("PostgreSQL cannot be reached");
    if (commands_.size() >= options_.most_commands)
        throw Unavailable("too many commands wait for PostgreSQL");
    Submission submission{*this, {}};
    submission.command.steps = std::move(steps);
    submission.command.deadline = Clock::now() + options_.answer_timeout;
    co_return co_await submission;
}

Task<Rows> Connection::query(const Statement& statement, Params params) {
    std::vector<Step> steps;
    steps.push_back({&statement, std::move(params)});
    auto rows = co_await transaction(std::move(steps));
    co_return std::move(rows.front());
}

Task<void> Connection::attempt() {
    struct Wait {
        Connection& connection;
        bool await_ready() const noexcept {
            return connection.state_ == State::ready || connection.state_ == State::closed;
        }
        void await_suspend(std::coroutine_handle<> caller) const { connection.attempts_.push_back(caller); }
        void await_resume() const noexcept {}
    };
    Wait wait{*this};
    co_await wait;
}

// --- Connecting

void Connection::connect() {
    state_ = State::connecting;
    pg_ = PQconnectStart(options_.conninfo.c_str());
    if (pg_ == nullptr || PQstatus(pg_) == CONNECTION_BAD) return lost("cannot connect");
    PQsetnonblocking(pg_, 1);
    // Else libpq writes them to standard error.
    PQsetNoticeProcessor(pg_, [](void*, const char*) {}, nullptr);
    timeout_.start(options_.connect_timeout, [this] { lost("no connection in time"); });
    watch(true);
}

void Connection::continue_connecting() {
    switch (PQconnectPoll(pg_)) {
        case PGRES_POLLING_READING: return watch(false);
        case PGRES_POLLING_WRITING: return watch(true);
        case PGRES_POLLING_OK: return connected();
        default: return lost("cannot connect");
    }
}

void Connection::connected() {
    timeout_.cancel();
    PQenterPipelineMode(pg_);
    state_ = State::ready;
    pause_ = first_pause;
    prepared_.clear();
    auto waiting = std::exchange(commands_, {});
    spawn(apply_settings(), [](const std::exception_ptr&) { log::warn("PostgreSQL: settings not applied"); });
    for (auto* command : waiting) {
        commands_.push_back(command);
        send(*command);
    }
    watch(false);
    flush();
    resume_attempts();
}

// Goes ahead of all other commands of this session. What was answered is to be on the disk: a database whose
// default is less is told so; more, such as the disks of others, stays.
Task<void> Connection::apply_settings() {
    static const Statement settings{
        "roost_settings",
        "SELECT set_config('statement_timeout', $1, false), set_config('synchronous_commit', "
        "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "
        "ELSE current_setting('synchronous_commit') END, false)"};
    auto milliseconds = params(std::to_string(options_.statement_timeout.count()));
    co_await query(settings, std::move(milliseconds));
}

void Connection::lost(const std::string& reason) {
    log::warn("PostgreSQL: {}; trying again in {} ms", reason, pause_.count());
    disconnect();
    state_ = State::waiting;
    timeout_.cancel();
    reconnect_.start(pause_, [this] { connect(); });
    pause_ = std::min(pause_ * 2, longest_pause);
    fail_all(reason);
}

void Connection::fail_all(const std::string& reason) {
    const auto failure = std::make_exception_ptr(Unavailable("PostgreSQL: " + reason));
    for (auto* command : std::exchange(commands_, {})) {
        command->failure = failure;
        command->caller.resume();
    }
    resume_attempts();
}

void Connection::disconnect() {
    if (watched_ >= 0) net::Core::current().poller().remove(watched_, *this);
    watched_ = -1;
    if (pg_ != nullptr) PQfinish(pg_);
    pg_ = nullptr;
}

// libpq closes its socket when it finds the end of the connection, also while it sends: then nothing else
// will tell. The command that is being sent is not suspended yet, so that it fails in a later turn.
void Connection::watch(bool want_write) {
    auto& poller = net::Core::current().poller();
    const int descriptor = PQsocket(pg_);
    if (descriptor >= 0) {
        watched_ = descriptor;
        return poller.watch_level(watched_, *this, want_write);
    }
    if (watched_ >= 0) poller.remove(watched_, *this);
    watched_ = -1;
    timeout_.start(0ms, [this] { lost("the connection was lost"); });
}

void Connection::resume_attempts() {
    for (const auto attempt : std::exchange(attempts_, {})) attempt.resume();
}

// --- Sending

void Connection::send(Command& command) {
    // First what is to be prepared: behind a step that fails PostgreSQL would skip it, and commands that
    // follow rely on it.
    for (const auto& step : command.steps) prepare(command, step);
    for (const auto& step : command.steps) execute(command, step);
    PQpipelineSync(pg_);
    if (commands_.front() == &command) arm_answer_timeout();
    flush();
}

void Connection::prepare(Command& command, const Step& step) {
    const auto& [name, sql] = *step.statement;
    if (!prepared_.insert(name).second) return;
    std::vector<Oid> types;
    for (const auto& value : step.params.values()) types.push_back(static_cast<Oid>(value.type));
    PQsendPrepare(pg_, name, sql, static_cast<int>(types.size()), types.data());
    command.slots.push_back({name});
}

void Connection::execute(Command& command, const Step& step) {
    const auto& values = step.params.values();
    std::vector<const char*> bytes;
    std::vector<int> lengths;
    for (const auto& value : values) {
        bytes.push_back(value.bytes ? value.bytes->data() : nullptr);
        lengths.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
    }
    const std::vector<int> formats(values.size(), binary);
    PQsendQueryPrepared(pg_, step.statement->name, static_cast<int>(values.size()), bytes.data(),
                        lengths.data(), formats.data(), binary);
    command.slots.emplace_back();
}

void Connection::flush() {
    const int left = PQflush(pg_);
    // A failure shows when reading: libpq reports it there with what the server said last.
    watch(left == 1);
}

void Connection::arm_answer_timeout() {
    if (commands_.empty()) return timeout_.cancel();
    const auto left = commands_.front()->deadline - Clock::now();
    timeout_.start(std::max(1ms, std::chrono::ceil<std::chrono::milliseconds>(left)), [this] {
        if (commands_.empty()) return;
        if (Clock::now() >= commands_.front()->deadline) return lost("no answer in time");
        arm_answer_timeout();
    });
}

// --- Receiving

void Connection::on_ready(net::Readiness readiness) {
    if (state_ == State::connecting) return continue_connecting();
    if (state_ != State::ready) return;
    if (readiness.readable && PQconsumeInput(pg_) != 1) return lost("the connection was lost");
    if (readiness.writable) flush();
    receive();
}

void Connection::receive() {
    std::vector<std::coroutine_handle<>> finished;
    bool between_results = false;  // a null ends one statement's results; a second says that nothing is there
    while (!commands_.empty() && PQisBusy(pg_) == 0) {
        auto* result = PQgetResult(pg_);
        if (result == nullptr) {
            if (between_results) break;
            between_results = true;
            continue;
        }
        between_results = false;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            finished.push_back(commands_.front()->caller);
            commands_.pop_front();
        } else {
            take(result);
        }
    }
    const bool dead = PQstatus(pg_) == CONNECTION_BAD;
    if (commands_.empty()) timeout_.cancel();
    else if (!finished.empty()) arm_answer_timeout();
    for (const auto caller : finished) caller.resume();
    if (dead && state_ == State::ready) lost("the connection was lost");
}

// One statement's result goes to the command in front.
void Connection::take(pg_result* result) {
    auto& command = *commands_.front();
    Rows rows(result);
    if (command.answered >= command.slots.size()) return;
    const auto prepares = command.slots[command.answered++].prepares;
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        if (prepares.empty()) command.rows.push_back(std::move(rows));
        return;
    }
    if (!prepares.empty()) prepared_.erase(prepares);
    if (status != PGRES_PIPELINE_ABORTED && !command.failure) command.failure = error_of(result);
}

}  // namespace roost::db
