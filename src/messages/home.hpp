// What the rooms at home on one core share: how their logs are written, remembered and read.
#pragma once

#include "messages/log_writer.hpp"
#include "messages/room_memory.hpp"
#include "messages/room_reader.hpp"
#include "net/per_core.hpp"

namespace roost::messages {

// One for each home core; made, used and destroyed there.
struct Home {
    // `pool` is the core's; it and the hub outlive this object.
    Home(const db::ConnectionOptions& options, db::Pool& pool, pubsub::Hub& hub,
         const LogWriterLimits& limits, std::size_t memory_bytes)
        : memory(memory_bytes), sequencer(hub, memory), reader(pool, memory, sequencer),
          writer(options, sequencer, limits) {}

    RoomMemory memory;
    Sequencer sequencer;
    RoomReader reader;
    LogWriter writer;
};

// Somebody lost access to a room, and every core was told: when this returns, nothing that they asked for
// before is on its way into the log (LogWriter::turn_away).
Task<void> turn_away(net::Cores& cores, net::PerCore<Home>& homes, RoomId room, rooms::AccessLost lost);

}  // namespace roost::messages
