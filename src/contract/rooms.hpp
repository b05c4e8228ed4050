// Events of the live channel "room:<slug>" (contract.md).
#pragma once

#include "channels/event.hpp"
#include "messages/message.hpp"

namespace roost::contract {

struct JoinRoom {};
BOOST_DESCRIBE_STRUCT(JoinRoom, (), ())

struct Shout {
    messages::MessageContent message;
};
BOOST_DESCRIBE_STRUCT(Shout, (), (message))

struct ShoutOut {
    messages::Author user;
    messages::MessageContent message;
    Timestamp timestamp;
};
BOOST_DESCRIBE_STRUCT(ShoutOut, (), (user, message, timestamp))

inline constexpr channels::EventIn<JoinRoom> join_room{"phx_join", "Take part in a room, live"};
inline constexpr channels::EventIn<Shout> shout{"shout", "Tell everybody who is there; not stored"};
inline constexpr channels::EventOut<ShoutOut> shout_out{"shout", "Somebody shouted"};

}  // namespace roost::contract
