#include "cli/server.hpp"

#include "channels/serializer.hpp"
#include "core/log.hpp"
#include "http/session.hpp"

#include <thread>
#include <typeinfo>

namespace roost::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t connections_per_core = 2;
constexpr auto drain_time = 8s;
constexpr auto look_again = 10ms;
constexpr std::size_t waiting_passwords = 256;

db::ConnectionOptions database_options(const std::string& conninfo) {
    db::ConnectionOptions options;
    options.conninfo = conninfo;
    return options;
}

}  // namespace

Server::Server(const Settings& settings, const std::string& conninfo, const std::string& jwt_secret)
    : cores_(settings.cores), loops_(cores_), workers_(settings.cores, waiting_passwords),
      origins_(settings.cors_origins), access_tokens_(jwt_secret),
      hashing_(accounts::password_hashing(workers_, settings.bcrypt_cost)),
      hubs_(cores_,
            [this](net::Core& core) {
                return std::make_unique<pubsub::Hub>(cores_, core, channels::encode_broadcast);
            }),
      writers_(cores_,
               [this, &conninfo](net::Core& core) -> std::unique_ptr<messages::LogWriter> {
                   if (core.index() >= cores_.homes()) return nullptr;
                   return std::make_unique<messages::LogWriter>(
                       database_options(conninfo), hubs_[core.index()], messages::LogWriterLimits());
               }),
      shared_{cores_,
              hubs_,
              writers_,
              access_tokens_,
              hashing_,
              database_options(conninfo),
              connections_per_core,
              channels::SocketLimits()},
      services_(cores_, [this](net::Core& core) { return std::make_unique<api::Services>(shared_, core); }),
      connections_(cores_, [](net::Core& core) { return std::make_unique<ws::Connections>(core); }),
      sessions_(cores_, [](net::Core&) { return std::make_unique<http::Sessions>(); }),
      api_(services_, connections_, origins_), upstream_(api_.router()), gateway_(upstream_, origins_),
      api_listener_(
          cores_, settings.host, settings.api_port,
          [this](int descriptor, std::string peer) { accept(descriptor, std::move(peer), api_.router()); }),
      gateway_listener_(
          cores_, settings.host, settings.gateway_port,
          [this](int descriptor, std::string peer) { accept(descriptor, std::move(peer), gateway_); }),
      running_{*this} {
    for (unsigned i = 0; i < cores_.size(); ++i)
        net::run_blocking(cores_[i], [&, i] { hubs_[i].connect(hubs_); });
    api_listener_.start();
    gateway_listener_.start();
}

Server::~Server() = default;

void Server::accept(int descriptor, std::string peer, http::Handler& handler) {
    spawn(http::serve(std::make_unique<net::Socket>(descriptor, std::move(peer)), handler, sessions_.here(),
                      http_limits_),
          [](const std::exception_ptr&) { log::error("a connection failed"); });
}

// In this order: no new connections; what is under way is answered; sockets are told to come back later
// (1012); the database connections end, which fails whatever waits for them still.
void Server::stop() {
    api_listener_.stop();
    gateway_listener_.stop();
    const auto on_every_core = [this](auto f) {
        for (unsigned i = 0; i < cores_.size(); ++i) net::run_blocking(cores_[i], [&f, i] { f(i); });
    };
    on_every_core([this](unsigned core) {
        sessions_[core].drain();
        connections_[core].close_all(ws::CloseCode::service_restart, "the server restarts");
    });
    for (const auto end = Clock::now() + drain_time; !is_quiet() && Clock::now() < end;)
        std::this_thread::sleep_for(look_again);
    on_every_core([this](unsigned core) { sessions_[core].abort(); });
    on_every_core([this](unsigned core) {
        if (core < cores_.homes()) writers_[core].stop();
        services_[core].pool.close();
    });
    // What failed goes home: from the writer's core to the caller's, and on.
    constexpr int hops = 4;
    for (int i = 0; i < hops; ++i) on_every_core([](unsigned) {});
}

bool Server::is_quiet() {
    bool quiet = true;
    for (unsigned i = 0; i < cores_.size(); ++i)
        net::run_blocking(cores_[i],
                          [&, i] { quiet = quiet && sessions_[i].empty() && connections_[i].size() == 0; });
    return quiet;
}

}  // namespace roost::cli
