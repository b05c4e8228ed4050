// Events of the live channel "room:<slug>" (contract.md): what is not stored.
#pragma once

#include "channels/event.hpp"
#include "contract/messages.hpp"

namespace roost::contract {

struct BroadcastConfig {
    std::optional<bool> self;
};
BOOST_DESCRIBE_STRUCT(BroadcastConfig, (), (self))
constexpr auto docs_of(const BroadcastConfig*) {
    return std::array{
        schema::MemberDoc{"self", "Whether one's own `broadcast` comes back; false by default.", "true"}};
}

struct JoinConfig {
    std::optional<BroadcastConfig> broadcast;
};
BOOST_DESCRIBE_STRUCT(JoinConfig, (), (broadcast))
constexpr auto docs_of(const JoinConfig*) {
    return std::array{schema::MemberDoc{"broadcast", "About the event `broadcast`.", ""}};
}

struct JoinRoom {
    std::optional<JoinConfig> config;
};
BOOST_DESCRIBE_STRUCT(JoinRoom, (), (config))
constexpr auto docs_of(const JoinRoom*) {
    return std::array{schema::MemberDoc{"config", "As realtime-js of Supabase sends it.", ""}};
}

struct Shout {
    messages::MessageContent message;
};
BOOST_DESCRIBE_STRUCT(Shout, (), (message))
constexpr auto docs_of(const Shout*) {
    return std::array{schema::MemberDoc{"message", "1 to 4,000 characters.", R"("Anybody here?")"}};
}

struct ShoutOut {
    messages::Author user;
    messages::MessageContent message;
    Timestamp timestamp;
};
BOOST_DESCRIBE_STRUCT(ShoutOut, (), (user, message, timestamp))
constexpr auto docs_of(const ShoutOut*) {
    return std::array{
        schema::MemberDoc{"user", "Who shouted.", ""},
        schema::MemberDoc{"message", "What.", R"("Anybody here?")"},
        schema::MemberDoc{"timestamp", "When, by the server's clock.", R"("2026-01-31T08:15:30.000001Z")"}};
}

struct Typing {};
BOOST_DESCRIBE_STRUCT(Typing, (), ())

struct TypingOut {
    messages::Author user;
};
BOOST_DESCRIBE_STRUCT(TypingOut, (), (user))
constexpr auto docs_of(const TypingOut*) {
    return std::array{schema::MemberDoc{"user", "Who is typing.", ""}};
}

using BroadcastName = Text<1, 100>;

struct Broadcast {
    std::optional<BroadcastName> type;
    BroadcastName event;
    std::optional<JsonObject> payload;
};
BOOST_DESCRIBE_STRUCT(Broadcast, (), (type, event, payload))
constexpr auto docs_of(const Broadcast*) {
    return std::array{
        schema::MemberDoc{"type", "\"broadcast\", as realtime-js sends it; not looked at.", R"("broadcast")"},
        schema::MemberDoc{"event", "A name of the application's own.", R"("cursor")"},
        schema::MemberDoc{"payload", "Of the application, passed on as it is.", R"({"x":10,"y":20})"}};
}

struct BroadcastOut {
    BroadcastName type;
    BroadcastName event;
    JsonObject payload;
};
BOOST_DESCRIBE_STRUCT(BroadcastOut, (), (type, event, payload))
constexpr auto docs_of(const BroadcastOut*) {
    return std::array{schema::MemberDoc{"type", "Always \"broadcast\".", R"("broadcast")"},
                      schema::MemberDoc{"event", "The application's name for it.", R"("cursor")"},
                      schema::MemberDoc{"payload", "As it was sent.", R"({"x":10,"y":20})"}};
}

struct Ping {};
BOOST_DESCRIBE_STRUCT(Ping, (), ())

struct Pong {
    Timestamp pong;
};
BOOST_DESCRIBE_STRUCT(Pong, (), (pong))
constexpr auto docs_of(const Pong*) {
    return std::array{schema::MemberDoc{"pong", "The server's time.", R"("2026-01-31T08:15:30.000001Z")"}};
}

// Every member that reads bytes has them in its outbox.
inline constexpr std::size_t most_signal_bytes = 64U << 10;

namespace event {

inline constexpr channels::EventIn<JoinRoom> join_room{"phx_join", "Take part in a room, live"};
inline constexpr channels::EventIn<Shout> shout{"shout", "Tell everybody who is there; not stored"};
inline constexpr channels::EventIn<Typing> typing{"typing", "Tell the others that one is typing"};
inline constexpr channels::EventIn<channels::Bytes> signal{
    "signal", "Send bytes to the others, who get them as they are; at most 64 KiB"};
inline constexpr channels::EventIn<Broadcast> broadcast{
    "broadcast", "Tell the others, under a name of the application's own; for realtime-js of Supabase"};
inline constexpr channels::EventIn<Ping, Pong> ping{"ping", "Ask for an answer"};
inline constexpr channels::EventIn<channels::Bytes, channels::Bytes> ping_with_bytes{
    "ping", "Ask for the same bytes back"};

inline constexpr channels::EventOut<ShoutOut> shouted{"shout", "Somebody shouted"};
inline constexpr channels::EventOut<TypingOut> is_typing{"typing", "Somebody else is typing"};
inline constexpr channels::EventOut<channels::Bytes> signalled{
    "signal", "Somebody else's bytes; only to clients that have sent a binary frame"};
inline constexpr channels::EventOut<BroadcastOut> broadcasted{"broadcast", "Somebody's broadcast"};

}  // namespace event
}  // namespace roost::contract
