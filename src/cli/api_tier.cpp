#include "cli/api_tier.hpp"

#include "auth/public_key.hpp"
#include "channels/serializer.hpp"
#include "core/log.hpp"

#include <algorithm>

namespace roost::cli {
namespace {

constexpr std::size_t connections_per_core = 2;

db::ConnectionOptions database_options(const std::string& conninfo) {
    db::ConnectionOptions options;
    options.conninfo = conninfo;
    return options;
}

auth::TokenOptions token_options(const Settings& settings, const std::string& jwt_secret) {
    auth::TokenOptions options;
    options.secret = jwt_secret;
    options.old_secrets = settings.jwt_old_secrets;
    if (settings.jwt_public_keys) options.public_keys = auth::read_public_keys(*settings.jwt_public_keys);
    options.issuer = settings.jwt_issuer;
    options.audience = settings.jwt_audience;
    return options;
}

channels::SocketLimits socket_limits(const Settings& settings) {
    channels::SocketLimits limits;
    limits.channels = static_cast<std::uint16_t>(settings.max_channels);
    limits.waiting_bytes = std::max<std::size_t>(limits.waiting_bytes, settings.max_frame_bytes);
    limits.held_bytes = settings.max_outbox_bytes;
    limits.events = {.per_second = settings.socket_event_rate, .burst = settings.socket_event_burst};
    limits.user_events = {.per_second = settings.user_event_rate, .burst = settings.user_event_burst};
    return limits;
}

ws::Limits connection_limits(const Settings& settings) {
    ws::Limits limits;
    limits.message_bytes = settings.max_frame_bytes;
    limits.outbox_bytes = settings.max_outbox_bytes;
    limits.idle_timeout = std::chrono::seconds(settings.idle_timeout_s);
    return limits;
}

}  // namespace

ApiTier::ApiTier(Runtime& runtime, const Settings& settings, const std::string& conninfo,
                 const std::string& jwt_secret)
    : runtime_(runtime), drain_window_(std::chrono::seconds(settings.drain_window_s)),
      origins_(settings.cors_origins), access_tokens_(token_options(settings, jwt_secret)),
      revocations_(runtime.cores()), login_guard_(runtime.cores()[0]),
      hashing_(accounts::password_hashing(runtime.workers(), settings.bcrypt_cost)),
      author_names_(runtime.cores()), room_watches_(runtime.cores()), channels_(api::channel_definitions()),
      socket_limits_(socket_limits(settings)), user_rates_(socket_limits_.user_events),
      connect_rates_({.per_second = settings.connect_rate, .burst = settings.connect_burst}),
      hubs_(runtime.cores(),
            [&runtime](net::Core& core) {
                return std::make_unique<pubsub::Hub>(runtime.cores(), core, channels::encode_broadcast);
            }),
      pools_(runtime.cores(),
             [&conninfo](net::Core&) {
                 return std::make_unique<db::Pool>(database_options(conninfo), connections_per_core);
             }),
      homes_(runtime.cores(),
             [this, &settings, &conninfo](net::Core& core) -> std::unique_ptr<messages::Home> {
                 const auto homes = runtime_.cores().homes();
                 if (core.index() >= homes) return nullptr;
                 return std::make_unique<messages::Home>(database_options(conninfo), pools_[core.index()],
                                                         hubs_[core.index()], messages::LogWriterLimits(),
                                                         settings.room_memory_bytes / homes);
             }),
      shared_{runtime.cores(), hubs_,          pools_,    homes_,        access_tokens_,
              revocations_,    login_guard_,   hashing_,  author_names_, room_watches_,
              user_rates_,     connect_rates_, channels_, socket_limits_},
      services_(runtime.cores(),
                [this](net::Core& core) { return std::make_unique<api::Services>(shared_, core); }),
      connections_(runtime.cores(),
                   [limits = connection_limits(settings)](net::Core& core) {
                       return std::make_unique<ws::Connections>(core, limits);
                   }),
      access_watches_(runtime.cores(),
                      [this](net::Core& core) {
                          return std::make_unique<api::AccessWatch>(services_[core.index()],
                                                                    connections_[core.index()]);
                      }),
      revocation_feed_(runtime.cores()[0], pools_[0], revocations_),
      api_(services_, connections_, origins_,
           settings.websocket_compression == "on" ? channels::Compression::on : channels::Compression::off,
           runtime.gate()) {
    runtime_.on_every_core([this](unsigned core) { hubs_[core].connect(hubs_); });
    room_watches_.settle_by([this](RoomId room, rooms::AccessLost lost) {
        return messages::turn_away(runtime_.cores(), homes_, room, std::move(lost));
    });
    revocation_feed_.start();
    finish_removals();
}

// A server that could not listen was never told to stop, and removals may be under way by now.
ApiTier::~ApiTier() {
    runtime_.on_every_core([this](unsigned core) { close(core); });
    constexpr int hops = 4;
    for (int i = 0; i < hops; ++i) runtime_.on_every_core([](unsigned) {});
}

// Behind the start: it may take long.
void ApiTier::finish_removals() {
    runtime_.on_every_core([this](unsigned core) {
        if (core != 0) return;
        const auto failed = [](const std::exception_ptr&) {
            log::warn("a removal is unfinished; the next start takes it up");
        };
        spawn(services_[core].rooms.finish_removals(), failed);
        spawn(services_[core].messages.finish_removals(), failed);
    });
}

void ApiTier::drain(unsigned core) {
    connections_[core].drain(ws::CloseCode::service_restart, "the server restarts", drain_window_);
}

void ApiTier::close(unsigned core) {
    if (core < runtime_.cores().homes()) homes_[core].writer.stop();
    pools_[core].close();
}

}  // namespace roost::cli
