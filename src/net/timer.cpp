#include "net/timer.hpp"

#include "net/core.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace roost::net {

struct Timer::State {
    explicit State(boost::asio::io_context& loop) : timer(loop) {}
    boost::asio::steady_timer timer;
    UniqueFunction<void()> on_expired;
    std::uint64_t generation = 0;  // of the latest start: a handler already queued for an earlier one is void
};

Timer::Timer() : state_(std::make_shared<State>(Core::current().loop())) {}

Timer::~Timer() {
    if (state_) cancel();
}

Timer::Timer(Timer&&) noexcept = default;

void Timer::start(std::chrono::milliseconds after, UniqueFunction<void()> on_expired) {
    const auto generation = ++state_->generation;
    state_->on_expired = std::move(on_expired);
    state_->timer.expires_after(after);
    state_->timer.async_wait([state = state_, generation](const boost::system::error_code& error) {
        if (error || state->generation != generation) return;
        auto expired = std::move(state->on_expired);
        expired();
    });
}

void Timer::cancel() {
    ++state_->generation;
    state_->timer.cancel();
    state_->on_expired = {};
}

namespace {

struct Sleep {
    Timer timer;
    std::chrono::milliseconds time;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
        timer.start(time, [caller] { caller.resume(); });
    }
    void await_resume() const noexcept {}
};

}  // namespace

Task<void> sleep_for(std::chrono::milliseconds time) {
    Sleep sleep{Timer{}, time};
    co_await sleep;
}

}  // namespace roost::net
