// Cores: one thread, one loop, one epoll set each. A connection lives and dies on one core; nothing but
// immutable values and messages cross between them, so no lock is taken on the way of a message.
#pragma once

#include "core/task.hpp"
#include "core/unique_function.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace roost::net {

class Poller;

class Core {
public:
    explicit Core(unsigned index);
    ~Core();
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    // The core whose loop runs this thread; there is none on other threads (an assertion).
    static Core& current();

    [[nodiscard]] unsigned index() const noexcept { return index_; }
    [[nodiscard]] boost::asio::io_context& loop() noexcept { return *loop_; }
    [[nodiscard]] Poller& poller() noexcept { return *poller_; }

    // From any thread: runs `f` on this core in a later turn, in the order posted from one thread.
    void post(UniqueFunction<void()> f);

private:
    friend class Cores;
    void run();
    void stop();

    unsigned index_;
    std::unique_ptr<boost::asio::io_context> loop_;
    std::unique_ptr<Poller> poller_;
    struct Work;
    std::unique_ptr<Work> work_;
};

// All cores of the process; their threads run from start() to stop().
class Cores {
public:
    explicit Cores(unsigned count);  // 1 to 64
    ~Cores();

    [[nodiscard]] unsigned size() const noexcept { return static_cast<unsigned>(cores_.size()); }
    [[nodiscard]] Core& operator[](unsigned index) noexcept { return *cores_[index]; }

    void start();
    // Ends all loops and joins their threads; what was posted and not yet run is dropped.
    void stop();

    // The core that orders what belongs to one key (a topic's and its room's slug): the same for the life of
    // the process. Rooms have at most two homes, because one writer connection each saturates PostgreSQL.
    [[nodiscard]] Core& home_of(std::string_view key) noexcept;
    // How many cores are homes: the first ones.
    [[nodiscard]] unsigned homes() const noexcept;

private:
    std::vector<std::unique_ptr<Core>> cores_;
    struct Threads;
    std::unique_ptr<Threads> threads_;
};

namespace detail {
template <class T>
struct TaskValue {};
template <class T>
struct TaskValue<Task<T>> {
    using type = T;
};

// Where the outcome of a call on another core waits for its caller; lives in the caller's frame.
template <class T>
struct Hop {
    Hop(Core& where, UniqueFunction<Task<T>()> what) : target(where), function(std::move(what)) {}

    Core& target;
    UniqueFunction<Task<T>()> function;
    Core* origin = nullptr;
    std::coroutine_handle<> caller;
    std::optional<T> value;
    std::exception_ptr exception;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
        origin = &Core::current();
        caller = awaiting;
        target.post([this] { spawn(run(*this), [](const std::exception_ptr&) {}); });
    }
    T await_resume() {
        if (exception) std::rethrow_exception(exception);
        return std::move(*value);
    }

    static Task<void> run(Hop& hop) {
        try {
            hop.value.emplace(co_await hop.function());
        } catch (...) {
            hop.exception = std::current_exception();
        }
        auto caller = hop.caller;
        hop.origin->post([caller] { caller.resume(); });
    }
};
}  // namespace detail

// Runs `f`, a callable that gives a Task<T> (T not void), on `target` and gives its result back here. Inline
// when this is the target. What `f` captures must outlive the call or be its own.
template <class F>
auto call_on(Core& target, F f) -> std::invoke_result_t<F&> {
    using T = typename detail::TaskValue<std::invoke_result_t<F&>>::type;
    if (&Core::current() == &target) co_return co_await f();
    detail::Hop<T> hop(target, std::move(f));
    co_return co_await hop;
}

}  // namespace roost::net
