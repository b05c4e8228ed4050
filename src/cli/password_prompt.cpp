#include "cli/password_prompt.hpp"

#include "ws/utf8.hpp"

#include <fmt/format.h>

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

namespace roost::cli {
namespace {

constexpr std::size_t longest_line = 1024;

// What is typed is not shown while this lives. Signals that would end or stop the program end the read
// instead, so that the terminal is never left silent.
class SilentTerminal {
public:
    SilentTerminal() {
        struct sigaction interrupt{};
        interrupt.sa_handler = [](int) {};  // no SA_RESTART: read() fails with EINTR
        for (std::size_t i = 0; i < signals.size(); ++i)
            ::sigaction(signals[i], &interrupt, &old_actions_[i]);
        ::tcgetattr(STDIN_FILENO, &old_mode_);
        auto mode = old_mode_;
        mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode);
    }
    ~SilentTerminal() {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &old_mode_);
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &old_actions_[i], nullptr);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    std::array<struct sigaction, signals.size()> old_actions_{};
    termios old_mode_{};
};

// Without its end. Byte by byte: what comes after the line is not ours.
std::string read_line() {
    std::string line;
    for (char c = 0;;) {
        const auto count = ::read(STDIN_FILENO, &c, 1);
        if (count < 0 && errno == EINTR) throw std::runtime_error("cancelled; nothing was changed");
        if (count < 0)
            throw std::runtime_error(
                fmt::format("cannot read the password: {}", std::generic_category().message(errno)));
        if (count == 0 && line.empty()) throw std::runtime_error("no password came on standard input");
        if (count == 0 || c == '\n') break;
        if (line.size() == longest_line) throw std::runtime_error("the password is too long");
        line += c;
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

std::string ask(const char* question) {
    struct EndOfLine {  // which is not shown when it is typed
        ~EndOfLine() { std::fputc('\n', stderr); }
    };
    fmt::print(stderr, "{}: ", question);
    const EndOfLine end;
    return read_line();
}

std::string ask_twice() {
    const SilentTerminal silent;
    auto first = ask("New password");
    if (first != ask("Again")) throw std::runtime_error("the two passwords differ; nothing was changed");
    return first;
}

}  // namespace

accounts::Password ask_for_password() {
    auto text = ::isatty(STDIN_FILENO) == 1 ? ask_twice() : read_line();
    if (!ws::is_utf8(text)) throw std::runtime_error("the password is not UTF-8");
    accounts::Password password;
    if (const auto fault = accounts::Password::parse(std::move(text), password))
        throw std::runtime_error(fmt::format("the password {}", fault->detail));
    return password;
}

}  // namespace roost::cli
