#include "bench/alarm.hpp"

#include "net/core.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace roost::bench {

Alarm::Alarm(std::function<void()> on_time)
    : on_time_(std::move(on_time)),
      descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
    net::Core::current().poller().add(descriptor_, *this);
}

Alarm::~Alarm() {
    net::Core::current().poller().remove(descriptor_, *this);
    ::close(descriptor_);
}

void Alarm::set(std::int64_t time_ns) {
    constexpr std::int64_t second = 1'000'000'000;
    itimerspec time{};
    time_ns = std::max<std::int64_t>(time_ns, 1);  // 0 would be never
    time.it_value = {.tv_sec = time_ns / second, .tv_nsec = time_ns % second};
    ::timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &time, nullptr);
}

void Alarm::on_ready(net::Readiness readiness) {
    std::uint64_t expirations = 0;
    if (readiness.readable && ::read(descriptor_, &expirations, sizeof expirations) > 0) on_time_();
}

}  // namespace roost::bench
