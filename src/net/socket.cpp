#include "net/socket.hpp"

#include "net/core.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace roost::net {
namespace {

ssize_t send_both(int descriptor, std::string_view bytes, std::string_view more) {
    if (more.empty()) return ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    iovec parts[] = {{const_cast<char*>(bytes.data()), bytes.size()},
                     {const_cast<char*>(more.data()), more.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = std::size(parts);
    return ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

}  // namespace

// Suspends one side of the socket until on_ready, the deadline or abort() wakes it.
struct Socket::Wait {
    const Socket& socket;
    std::coroutine_handle<>& side;
    bool await_ready() const noexcept { return socket.expired_ || socket.aborted_; }
    void await_suspend(std::coroutine_handle<> caller) const {
        assert(!side && "one reader and one writer at a time");
        side = caller;
    }
    void await_resume() const noexcept {}
};

Socket::Socket(int descriptor, std::string peer, State state)
    : descriptor_(descriptor), peer_(std::move(peer)), writable_(state == State::connected) {
    Core::current().poller().add(descriptor_, *this);
}

Socket::~Socket() {
    assert(!reader_ && !writer_);
    if (descriptor_ < 0) return;
    Core::current().poller().remove(descriptor_, *this);
    ::close(descriptor_);
}

void Socket::expire_after(std::chrono::milliseconds time) {
    expired_ = false;
    deadline_.start(time, [this] {
        expired_ = true;
        wake();
    });
}

void Socket::abort() {
    aborted_ = true;
    wake();
}

// The first time that it is writable it is connected, or has failed.
Task<IoStatus> Socket::connected() {
    while (!writable_ && !aborted_ && !expired_) {
        Wait wait{*this, writer_};
        co_await wait;
    }
    if (aborted_) co_return IoStatus::closed;
    if (!writable_) co_return IoStatus::timed_out;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    co_return error == 0 ? IoStatus::ok : IoStatus::closed;
}

bool Socket::is_silent() {
    char byte = 0;
    const auto got = aborted_ ? 0 : ::recv(descriptor_, &byte, 1, MSG_PEEK);
    readable_ = got >= 0 || errno != EAGAIN;
    return !readable_;
}

Task<IoResult> Socket::read_some(std::span<char> into) {
    while (true) {
        if (aborted_) co_return IoResult{IoStatus::closed};
        if (expired_) co_return IoResult{IoStatus::timed_out};
        if (readable_) {
            const auto got = ::recv(descriptor_, into.data(), into.size(), 0);
            if (got > 0) co_return IoResult{IoStatus::ok, static_cast<std::size_t>(got)};
            if (got < 0 && errno == EINTR) continue;
            if (got == 0 || errno != EAGAIN) co_return IoResult{IoStatus::closed};
            readable_ = false;
        }
        Wait wait{*this, reader_};
        co_await wait;
    }
}

Task<IoResult> Socket::write(std::string_view bytes, std::string_view more) {
    const auto total = bytes.size() + more.size();
    while (!bytes.empty() || !more.empty()) {
        const auto written = total - bytes.size() - more.size();
        if (aborted_) co_return IoResult{IoStatus::closed, written};
        if (expired_) co_return IoResult{IoStatus::timed_out, written};
        if (writable_) {
            const auto sent = send_both(descriptor_, bytes, more);
            if (sent > 0) {
                const auto of_first = std::min(static_cast<std::size_t>(sent), bytes.size());
                bytes.remove_prefix(of_first);
                more.remove_prefix(static_cast<std::size_t>(sent) - of_first);
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN) co_return IoResult{IoStatus::closed, written};
            writable_ = false;
        }
        Wait wait{*this, writer_};
        co_await wait;
    }
    co_return IoResult{IoStatus::ok, total};
}

void Socket::shutdown_write() {
    ::shutdown(descriptor_, SHUT_WR);
}

int Socket::release_to(Watcher& next) {
    deadline_.cancel();
    aborted_ = true;
    Core::current().poller().replace(descriptor_, *this, next);
    return std::exchange(descriptor_, -1);
}

void Socket::on_ready(Readiness readiness) {
    readable_ = readable_ || readiness.readable;
    writable_ = writable_ || readiness.writable;
    auto writer = readiness.writable ? std::exchange(writer_, nullptr) : nullptr;
    auto reader = readiness.readable ? std::exchange(reader_, nullptr) : nullptr;
    // A coroutine that is resumed may let this object go: nothing of it is used after the first.
    if (writer) writer.resume();
    if (reader) reader.resume();
}

void Socket::wake() {
    auto writer = std::exchange(writer_, nullptr);
    auto reader = std::exchange(reader_, nullptr);
    if (writer) writer.resume();
    if (reader) reader.resume();
}

}  // namespace roost::net
