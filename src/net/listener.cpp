#include "net/listener.hpp"

#include "core/log.hpp"
#include "net/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace roost::net {

using boost::asio::ip::tcp;

struct Listener::State : std::enable_shared_from_this<State> {
    State(Cores& all, OnAccept callback)
        : cores(all), on_accept(std::move(callback)), acceptor(all[0].loop()), pause(all[0].loop()) {}

    void wait() {
        acceptor.async_wait(tcp::acceptor::wait_read,
                            [self = shared_from_this()](const boost::system::error_code& error) {
                                if (!error) self->accept();
                            });
    }

    // A plain accept4: the connection's descriptor never enters Asio's own set of sockets.
    void accept() {
        constexpr int at_once = 64;
        for (int i = 0; i < at_once; ++i) {
            sockaddr_storage address{};
            socklen_t length = sizeof address;
            const int descriptor = ::accept4(acceptor.native_handle(), reinterpret_cast<sockaddr*>(&address),
                                             &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor >= 0) {
                hand_over(descriptor, address);
                continue;
            }
            if (errno == EAGAIN) break;
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                return wait_a_little(errno);
            // Otherwise that one connection was gone before it was taken.
        }
        wait();
    }

    // Out of descriptors: connections wait in the kernel's queue meanwhile.
    void wait_a_little(int error) {
        log::warn("cannot accept a connection: {}", std::generic_category().message(error));
        pause.expires_after(std::chrono::milliseconds(100));
        pause.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
            if (!stopped) self->wait();
        });
    }

    void hand_over(int descriptor, const sockaddr_storage& address) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto& core = cores[turn++ % cores.size()];
        core.post([self = shared_from_this(), descriptor, peer = text_of(address)] {
            self->on_accept(descriptor, peer);
        });
    }

    Cores& cores;
    OnAccept on_accept;
    tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
    unsigned turn = 0;
};

Listener::Listener(Cores& cores, const std::string& host, std::uint16_t port, OnAccept on_accept)
    : state_(std::make_shared<State>(cores, std::move(on_accept))) {
    try {
        const auto address = boost::asio::ip::make_address(host);
        const tcp::endpoint endpoint{address, port};
        state_->acceptor.open(endpoint.protocol());
        state_->acceptor.set_option(tcp::acceptor::reuse_address(true));
        state_->acceptor.bind(endpoint);
        state_->acceptor.listen(4096);
        state_->acceptor.native_non_blocking(true);
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(
            fmt::format("cannot listen on {} port {}: {}", host, port, error.code().message()));
    }
}

Listener::~Listener() = default;

std::uint16_t Listener::port() const noexcept {
    boost::system::error_code ignored;
    return state_->acceptor.local_endpoint(ignored).port();
}

void Listener::start() {
    boost::asio::post(state_->cores[0].loop(), [state = state_] { state->wait(); });
}

void Listener::stop() {
    boost::asio::post(state_->cores[0].loop(), [state = state_] {
        boost::system::error_code ignored;
        state->acceptor.close(ignored);
        state->pause.cancel();
    });
}

}  // namespace roost::net
