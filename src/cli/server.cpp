#include "cli/server.hpp"

#include "core/clock.hpp"
#include "core/log.hpp"
#include "http/session.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <thread>

namespace roost::cli {

using namespace std::chrono_literals;

namespace {

// For what does not go when it is told to.
constexpr auto patience = 3s;
constexpr auto look_again = 10ms;
// Longer than a password takes to hash.
constexpr auto last_requests_time = 10s;

}  // namespace

Server::Server(Runtime& runtime, const Settings& settings, const std::vector<Port>& ports,
               std::chrono::seconds drain_delay)
    : runtime_(runtime), ports_(ports), proxies_(settings.trusted_proxies), drain_delay_(drain_delay),
      drain_time_(std::chrono::seconds(settings.drain_window_s) + patience),
      sessions_(runtime.cores(), [](net::Core&) { return std::make_unique<http::Sessions>(); }) {
    for (const auto& port : ports_) {
        auto on_accept = [this, &handler = port.tier.handler()](int descriptor, std::string peer) {
            accept(descriptor, std::move(peer), handler);
        };
        listeners_.push_back(std::make_unique<net::Listener>(runtime_.cores(), settings.host, port.number,
                                                             std::move(on_accept)));
    }
    for (auto& listener : listeners_) listener->start();
}

void Server::accept(int descriptor, std::string peer, http::Handler& handler) {
    spawn(http::serve(std::make_unique<net::Socket>(descriptor, std::move(peer)), handler, sessions_.here(),
                      limits_, proxies_),
          [](const std::exception_ptr&) { log::error("a connection failed"); });
}

// In this order: no new connections; what is under way is answered, and what would last is told to come back
// later; then the tiers end what they wait for themselves, which fails whatever is left.
Server::~Server() {
    runtime_.gate().close();
    std::this_thread::sleep_for(drain_delay_);
    for (auto& listener : listeners_) listener->stop();
    runtime_.on_every_core([this](unsigned core) {
        sessions_[core].drain();
        for (const auto& port : ports_) port.tier.drain(core);
    });
    for (const auto end = Clock::now() + drain_time_; !is_quiet() && Clock::now() < end;)
        std::this_thread::sleep_for(look_again);
    runtime_.on_every_core([this](unsigned core) { sessions_[core].abort(); });
    runtime_.on_every_core([this](unsigned core) {
        for (const auto& port : ports_) port.tier.close(core);
    });
    runtime_.workers().close();
    // What failed goes home, from the core or the thread that it waited on. The tiers may go only when no
    // request is left that uses them.
    for (const auto end = Clock::now() + last_requests_time; !have_requests_ended();) {
        if (Clock::now() > end) {
            log::error("a request does not end; stopping without it");
            std::_Exit(1);
        }
        std::this_thread::sleep_for(look_again);
    }
    // Channels have no list of their own: theirs goes home the same way.
    constexpr int hops = 4;
    for (int i = 0; i < hops; ++i) runtime_.on_every_core([](unsigned) {});
}

bool Server::have_requests_ended() {
    bool ended = true;
    runtime_.on_every_core([this, &ended](unsigned core) { ended = ended && sessions_[core].empty(); });
    return ended;
}

bool Server::is_quiet() {
    bool quiet = true;
    runtime_.on_every_core([this, &quiet](unsigned core) {
        quiet = quiet && sessions_[core].empty();
        for (const auto& port : ports_) quiet = quiet && port.tier.is_quiet(core);
    });
    return quiet;
}

std::string url_of(const std::string& host, std::uint16_t port) {
    const bool is_v6 = host.find(':') != std::string::npos;
    return is_v6 ? fmt::format("http://[{}]:{}", host, port) : fmt::format("http://{}:{}", host, port);
}

}  // namespace roost::cli
