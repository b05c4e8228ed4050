// Child: a program of PostgreSQL's that this process started and will reap (initdb, postgres).
//
// It runs with an empty environment but for locale and time zone, with none of our descriptors except its
// output, in a session of its own (a Ctrl-C at the terminal must not reach PostgreSQL: it is stopped last),
// and it dies with us: the kernel sends it `parent_death_signal` when the THREAD that called spawn() ends,
// so that has to be the main thread. The destructor kills what still runs.
#pragma once

#include "db/pidfd.hpp"
#include "db/system_user.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace roost::db {

class Child {
public:
    struct Program {
        std::filesystem::path executable;
        std::vector<std::string> arguments;  // without the program's name
        std::filesystem::path working_directory;
        std::optional<SystemUser> user;  // to become first
        int output = -1;                 // descriptor for its standard output and error; stays the caller's
        int parent_death_signal = 0;
    };

    // Returns once the program was executed. Throws std::runtime_error.
    static Child spawn(const Program& program);

    Child(Child&&) = default;
    Child& operator=(Child&&) = delete;
    ~Child();

    // True as soon as it has exited, false after `timeout`.
    bool wait_for_exit(std::chrono::milliseconds timeout);
    void send(int signal) const { descriptor_.send(signal); }

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    // As waitpid gives it; only after wait_for_exit() was true.
    [[nodiscard]] int exit_status() const noexcept { return exit_status_; }

private:
    explicit Child(pid_t pid) : pid_(pid), descriptor_(pid) {}

    pid_t pid_ = -1;
    Pidfd descriptor_;  // closed once the child was reaped
    int exit_status_ = 0;
};

}  // namespace roost::db
