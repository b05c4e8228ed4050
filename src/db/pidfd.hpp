// Pidfd: a descriptor of a process. Unlike its number it never comes to mean another process, and its end
// can be waited for also when it is not our child.
#pragma once

#include <sys/types.h>

#include <chrono>

namespace roost::db {

class Pidfd {
public:
    // Is not open when there is no such process; then it has ended, and signals go nowhere.
    explicit Pidfd(pid_t pid);
    Pidfd() = default;
    Pidfd(Pidfd&& other) noexcept;
    Pidfd& operator=(Pidfd&& other) noexcept;
    ~Pidfd();

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    void close() noexcept;

    void send(int signal) const noexcept;
    // True as soon as the process has ended, false after `timeout`.
    [[nodiscard]] bool wait_for_end(std::chrono::milliseconds timeout) const noexcept;

private:
    int descriptor_ = -1;
};

}  // namespace roost::db
