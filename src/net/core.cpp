#include "net/core.hpp"

#include "net/per_core.hpp"
#include "net/poller.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <functional>
#include <thread>

namespace roost::net {
namespace {

thread_local Core* current_core = nullptr;

constexpr unsigned most_homes = 2;

}  // namespace

// Keeps the loop running while nothing waits.
struct Core::Work {
    explicit Work(boost::asio::io_context& loop) : guard(loop.get_executor()) {}
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
};

Core::Core(unsigned index)
    : index_(index), loop_(std::make_unique<boost::asio::io_context>(1)),
      poller_(std::make_unique<Poller>(*loop_)), work_(std::make_unique<Work>(*loop_)) {}

Core::~Core() = default;

Core& Core::current() {
    assert(current_core != nullptr && "only on a core's thread");
    return *current_core;
}

void Core::post(UniqueFunction<void()> f) {
    boost::asio::post(*loop_, [f = std::move(f)]() mutable { f(); });
}

void Core::run() {
    current_core = this;
    loop_->run();
    current_core = nullptr;
}

void Core::stop() {
    loop_->stop();
}

struct Cores::Threads {
    std::vector<std::thread> threads;
};

Cores::Cores(unsigned count) : threads_(std::make_unique<Threads>()) {
    assert(count >= 1 && count <= 64);
    for (unsigned i = 0; i < count; ++i) cores_.push_back(std::make_unique<Core>(i));
}

Cores::~Cores() {
    stop();
}

void Cores::start() {
    for (auto& core : cores_) threads_->threads.emplace_back([&core = *core] { core.run(); });
}

void Cores::stop() {
    for (auto& core : cores_) core->stop();
    for (auto& thread : threads_->threads) thread.join();
    threads_->threads.clear();
}

Core& Cores::home_of(std::string_view key) noexcept {
    return *cores_[std::hash<std::string_view>{}(key) % homes()];
}

unsigned Cores::homes() const noexcept {
    return std::min(size(), most_homes);
}

void run_blocking(Core& core, const std::function<void()>& f) {
    std::promise<void> done;
    core.post([&] {
        try {
            f();
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    });
    done.get_future().get();
}

}  // namespace roost::net
