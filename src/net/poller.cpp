#include "net/poller.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace roost::net {
namespace {

constexpr std::uint32_t edge_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

}  // namespace

struct Poller::Loop {
    explicit Loop(boost::asio::io_context& context) : descriptor(context) {}
    boost::asio::posix::stream_descriptor descriptor;
};

Poller::Poller(boost::asio::io_context& loop)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), loop_(std::make_unique<Loop>(loop)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    loop_->descriptor.assign(epoll_);
    wait();
}

Poller::~Poller() = default;

void Poller::add(int descriptor, Watcher& watcher) {
    control(EPOLL_CTL_ADD, descriptor, edge_events, watcher);
}

void Poller::replace(int descriptor, const Watcher& from, Watcher& to) {
    control(EPOLL_CTL_MOD, descriptor, edge_events, to);
    forget(from);
}

void Poller::watch_level(int descriptor, Watcher& watcher, bool want_write) {
    const auto events = EPOLLIN | (want_write ? std::uint32_t{EPOLLOUT} : 0U);
    if (!control(EPOLL_CTL_MOD, descriptor, events, watcher))
        control(EPOLL_CTL_ADD, descriptor, events, watcher);
}

void Poller::remove(int descriptor, Watcher& watcher) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    forget(watcher);
}

void Poller::forget(const Watcher& watcher) {
    for (std::size_t i = next_; i < count_; ++i)
        if (collected_[i].watcher == &watcher) collected_[i].watcher = nullptr;
}

// False when the descriptor is not in the set.
bool Poller::control(int operation, int descriptor, std::uint32_t events, Watcher& watcher) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    if (::epoll_ctl(epoll_, operation, descriptor, &event) == 0) return true;
    if (errno == ENOENT) return false;
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

// The set is waited on as one descriptor: readable means that it holds events.
void Poller::wait() {
    loop_->descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                 [this](const boost::system::error_code& error) {
                                     if (error) return;
                                     dispatch();
                                     wait();
                                 });
}

void Poller::dispatch() {
    std::array<epoll_event, batch> events;  // NOLINT: filled by the kernel
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    count_ = ready > 0 ? static_cast<std::size_t>(ready) : 0;
    for (std::size_t i = 0; i < count_; ++i) {
        const auto bits = events[i].events;
        collected_[i] = {static_cast<Watcher*>(events[i].data.ptr),
                         {.readable = (bits & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                          .writable = (bits & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
                          .ended = (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0}};
    }
    for (next_ = 0; next_ < count_;) {
        const auto& [watcher, readiness] = collected_[next_++];
        if (watcher != nullptr) watcher->on_ready(readiness);
    }
    next_ = count_ = 0;
}

}  // namespace roost::net
