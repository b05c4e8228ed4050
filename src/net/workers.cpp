#include "net/workers.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace roost::net {

struct Workers::State {
    std::mutex mutex;
    std::condition_variable changed;
    struct Piece {
        UniqueFunction<void()> work;
        UniqueFunction<void()> dropped;
    };
    std::deque<Piece> queue;
    std::size_t limit = 0;
    bool closed = false;
    bool stopping = false;
    std::vector<std::thread> threads;

    void run() {
        while (true) {
            UniqueFunction<void()> work;
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [this] { return stopping || !queue.empty(); });
                if (stopping) return;
                work = std::move(queue.front().work);
                queue.pop_front();
            }
            work();
        }
    }
};

Workers::Workers(unsigned threads, std::size_t queue_limit) : state_(std::make_unique<State>()) {
    state_->limit = queue_limit;
    for (unsigned i = 0; i < threads; ++i)
        state_->threads.emplace_back([state = state_.get()] { state->run(); });
}

Workers::~Workers() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_all();
    for (auto& thread : state_->threads) thread.join();
}

bool Workers::submit(UniqueFunction<void()> work, UniqueFunction<void()> dropped) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->closed || state_->queue.size() >= state_->limit) return false;
        state_->queue.push_back({std::move(work), std::move(dropped)});
    }
    state_->changed.notify_one();
    return true;
}

void Workers::close() {
    std::deque<State::Piece> dropped;
    {
        const std::lock_guard lock(state_->mutex);
        state_->closed = true;
        dropped.swap(state_->queue);
    }
    for (auto& piece : dropped)
        if (piece.dropped) piece.dropped();
}

}  // namespace roost::net
