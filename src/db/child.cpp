#include "db/child.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace roost::db {

namespace {

// Between fork and exec the child may only call what is safe in a signal handler, so failures travel as
// numbers through a pipe that closes by itself when exec succeeds.
enum class Step : int { become_user, enter_directory, redirect, parent_gone, execute };

struct Failure {
    Step step;
    int error;
};

const char* describe(Step step) {
    switch (step) {
        case Step::become_user: return "cannot become the user";
        case Step::enter_directory: return "cannot enter the directory";
        case Step::redirect: return "cannot redirect the output";
        case Step::parent_gone: return "the parent ended";
        case Step::execute: return "cannot execute";
    }
    return "";
}

[[noreturn]] void give_up(int report, Step step) {
    const Failure failure{step, errno};
    [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

void reset_signals() {
    for (int signal = 1; signal < NSIG; ++signal) {
        ::signal(signal, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const Child::Program& program, char* const* arguments, char* const* environment,
                         int report, pid_t parent) {
    ::setsid();
    ::umask(0077);
    if (program.user) {
        const gid_t gid = program.user->gid;
        if (::setgroups(1, &gid) != 0 || ::setgid(gid) != 0 || ::setuid(program.user->uid) != 0) {
            give_up(report, Step::become_user);
        }
    }
    // After the change of user, which clears it.
    ::prctl(PR_SET_PDEATHSIG, program.parent_death_signal);
    if (::getppid() != parent) {  // it ended before the line above
        give_up(report, Step::parent_gone);
    }
    if (::chdir(program.working_directory.c_str()) != 0) {
        give_up(report, Step::enter_directory);
    }
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(program.output, 1) < 0 || ::dup2(program.output, 2) < 0) {
        give_up(report, Step::redirect);
    }
    if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {  // before Linux 5.11
        for (int descriptor = 3; descriptor < 65'536; ++descriptor) {
            ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        }
    }
    reset_signals();
    ::execve(program.executable.c_str(), arguments, environment);
    give_up(report, Step::execute);
}

// The program's words as execve wants them.
std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (auto& word : words) {
        result.push_back(word.data());
    }
    result.push_back(nullptr);
    return result;
}

[[noreturn]] void report_failure(const Child::Program& program, const Failure& failure) {
    const auto who = program.user ? fmt::format(" (as user {})", program.user->name) : std::string();
    const auto& what = failure.step == Step::enter_directory ? program.working_directory : program.executable;
    throw std::runtime_error(
        fmt::format("{} {}{}: {}", describe(failure.step), what.string(), who, std::strerror(failure.error)));
}

}  // namespace

Child Child::spawn(const Program& program) {
    std::vector<std::string> words{program.executable.string()};
    words.insert(words.end(), program.arguments.begin(), program.arguments.end());
    std::vector<std::string> settings{"PATH=/usr/bin:/bin", "LC_ALL=C", "LANG=C", "TZ=UTC"};
    const auto arguments = pointers(words);
    const auto environment = pointers(settings);
    std::array<int, 2> report{};
    if (::pipe2(report.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
    // No signal handler of ours may run in the child.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        become(program, arguments.data(), environment.data(), report[1], parent);
    }
    const int fork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(report[1]);
    if (pid < 0) {
        ::close(report[0]);
        throw std::runtime_error(fmt::format("cannot start a process: {}", std::strerror(fork_error)));
    }
    Failure failure{};
    ssize_t length = 0;
    do {
        length = ::read(report[0], &failure, sizeof failure);
    } while (length < 0 && errno == EINTR);
    ::close(report[0]);
    if (length == sizeof failure) {
        ::waitpid(pid, nullptr, 0);
        report_failure(program, failure);
    }
    Child child(pid);
    if (!child.descriptor_.is_open()) {
        const int error = errno;
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        throw std::runtime_error(fmt::format("cannot watch a process: {}", std::strerror(error)));
    }
    return child;
}

Child::~Child() {
    if (descriptor_.is_open()) {
        send(SIGKILL);
        wait_for_exit(std::chrono::seconds(10));
    }
}

bool Child::wait_for_exit(std::chrono::milliseconds timeout) {
    if (!descriptor_.wait_for_end(timeout)) {
        return false;
    }
    if (descriptor_.is_open()) {
        while (::waitpid(pid_, &exit_status_, 0) < 0 && errno == EINTR) {
        }
        descriptor_.close();
    }
    return true;
}

}  // namespace roost::db
