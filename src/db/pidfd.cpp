#include "db/pidfd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace roost::db {

// By number: glibc 2.36 declares the functions of these calls without C linkage.
Pidfd::Pidfd(pid_t pid) : descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

Pidfd::Pidfd(Pidfd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Pidfd& Pidfd::operator=(Pidfd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Pidfd::~Pidfd() {
    close();
}

void Pidfd::close() noexcept {
    if (descriptor_ >= 0) {
        ::close(std::exchange(descriptor_, -1));
    }
}

void Pidfd::send(int signal) const noexcept {
    if (descriptor_ >= 0) {
        ::syscall(SYS_pidfd_send_signal, descriptor_, signal, nullptr, 0);
    }
}

bool Pidfd::wait_for_end(std::chrono::milliseconds timeout) const noexcept {
    using std::chrono::steady_clock;
    if (descriptor_ < 0) {
        return true;
    }
    const auto deadline = steady_clock::now() + timeout;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
        pollfd entry{descriptor_, POLLIN, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready >= 0 || errno != EINTR) {
            return ready > 0;
        }
    }
}

}  // namespace roost::db
