#include "bench/stream.hpp"

#include "net/core.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace roost::bench {
namespace {

// Reads of one stream before the others get their turn.
constexpr int reads_per_turn = 4;

std::string reason(int error) {
    return std::generic_category().message(error);
}

}  // namespace

std::string Stream::open(const net::Endpoint& server, const net::Endpoint* source) {
    descriptor_ = ::socket(server.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) return reason(errno);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // The port is chosen when the peer is known: ports of one address can then be used for several peers.
    ::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const bool is_bound = source == nullptr || ::bind(descriptor_, source->address(), source->size()) == 0;
    if (!is_bound || (::connect(descriptor_, server.address(), server.size()) != 0 && errno != EINPROGRESS)) {
        auto why = reason(errno);
        ::close(std::exchange(descriptor_, -1));
        return why;
    }
    is_connected_ = false;
    net::Core::current().poller().add(descriptor_, *this);
    return {};
}

void Stream::send(std::string_view bytes) {
    if (!is_open()) return;
    if (unsent_.empty() && is_connected_) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    // An error shows when the stream is read.
    unsent_ += bytes;
}

void Stream::close() {
    if (!is_open()) return;
    const linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    net::Core::current().poller().remove(descriptor_, *this);
    ::close(std::exchange(descriptor_, -1));
    unsent_.clear();
}

void Stream::on_ready(net::Readiness readiness) {
    if (!is_connected_ && !finish_connecting()) return;
    if (readiness.writable) flush();
    if (readiness.readable) read(readiness.ended);
}

bool Stream::finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        lose(reason(error));
        return false;
    }
    is_connected_ = true;
    on_connected();
    return is_open();
}

// Until there are no more bytes: another edge tells of what comes later.
void Stream::read(bool to_the_end) {
    for (int reads = 0; is_open(); ++reads) {
        if (reads == reads_per_turn) {
            // Edge-triggered: nobody will say again that there is more. Asking for the same set says it.
            net::Core::current().poller().replace(descriptor_, *this, *this);
            return;
        }
        const auto got = ::recv(descriptor_, buffer_.data(), buffer_.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got < 0) return lose(reason(errno));
        if (got == 0) return lose("it closed the connection");
        const auto bytes = static_cast<std::size_t>(got);
        on_bytes(buffer_.first(bytes));
        if (bytes < buffer_.size() && !to_the_end) return;  // that was all there is
    }
}

void Stream::flush() {
    if (unsent_.empty()) return;
    const auto sent = ::send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
}

void Stream::lose(std::string_view why) {
    close();
    on_lost(why);
}

}  // namespace roost::bench
