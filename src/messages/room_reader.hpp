// Reads the rooms at home on this core: from memory where it can, else from the database, which goes into
// memory then.
#pragma once

#include "core/task.hpp"
#include "messages/message_store.hpp"
#include "messages/room_memory.hpp"
#include "messages/sequencer.hpp"
#include "rooms/room.hpp"

#include <coroutine>
#include <memory>
#include <unordered_map>
#include <vector>

namespace roost::messages {

// One for each home core; used there. A room is read by one at a time: whoever wants it meanwhile waits, and
// finds it in memory. From then on the room is told of behind what was read, so that whoever follows it
// misses nothing. All throw db::Unavailable.
class RoomReader {
public:
    // All outlive this object.
    RoomReader(db::Pool& pool, RoomMemory& memory, Sequencer& sequencer)
        : store_(pool), memory_(memory), sequencer_(sequencer) {}

    // The newest messages; `limit` is at most latest_messages.
    Task<History> latest(rooms::Room room, std::size_t limit);
    Task<Missed> since(rooms::Room room, Seq place);

private:
    // A room that is being read from the database, and who waits for that. Whoever begins it ends it.
    struct Load {
        std::vector<std::coroutine_handle<>> waiting;
        std::exception_ptr failure;
    };
    class Loading;
    // True when somebody else was reading the room, and has done it now.
    Task<bool> waited_for(RoomId room);
    // Has `read` read the room, for all who wait for it, and remembers it.
    template <class Read>
    Task<RememberedRoom> load(RoomId room, Read read);
    Task<RememberedRoom> read_latest(const rooms::Room& room);
    Task<RememberedRoom> read_changes(const rooms::Room& room, Seq place);

    MessageStore store_;
    RoomMemory& memory_;
    Sequencer& sequencer_;
    std::unordered_map<RoomId, std::shared_ptr<Load>> loads_;
};

}  // namespace roost::messages
