// Events of the live channel "room:<slug>" (contract.md): what is not stored.
#pragma once

#include "channels/event.hpp"
#include "contract/messages.hpp"

namespace roost::contract {

struct JoinRoom {};
BOOST_DESCRIBE_STRUCT(JoinRoom, (), ())

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

struct Ping {};
BOOST_DESCRIBE_STRUCT(Ping, (), ())

struct Pong {
    Timestamp pong;
};
BOOST_DESCRIBE_STRUCT(Pong, (), (pong))
constexpr auto docs_of(const Pong*) {
    return std::array{schema::MemberDoc{"pong", "The server's time.", R"("2026-01-31T08:15:30.000001Z")"}};
}

namespace event {

inline constexpr channels::EventIn<JoinRoom> join_room{"phx_join", "Take part in a room, live"};
inline constexpr channels::EventIn<Shout> shout{"shout", "Tell everybody who is there; not stored"};
inline constexpr channels::EventIn<Typing> typing{"typing", "Tell the others that one is typing"};
inline constexpr channels::EventIn<Ping, Pong> ping{"ping", "Ask for an answer"};

inline constexpr channels::EventOut<ShoutOut> shouted{"shout", "Somebody shouted"};
inline constexpr channels::EventOut<TypingOut> is_typing{"typing", "Somebody else is typing"};

}  // namespace event
}  // namespace roost::contract
