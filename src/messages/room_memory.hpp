// The rooms at home on one core as far as they are remembered: their newest messages and changes, so that the
// latest page and whoever comes back need no database.
//
// Each place of a log goes in when it is broadcast, before anybody is told that it is stored: what is read
// here is never older than what a caller was told. Bounded in bytes over all rooms: the room that was used
// least recently is forgotten first, and changes of one room go when it has more than an eighth. Lives on its
// core; no database.
#pragma once

#include "core/ids.hpp"
#include "messages/remembered_room.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>

namespace roost::messages {

class RoomMemory {
public:
    explicit RoomMemory(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    // The next place of the room's log that was told of (RememberedRoom::add).
    void add(RoomId room, const EncodedMessage& message);

    // Nothing when it is not remembered.
    std::optional<History> latest(RoomId room, std::size_t limit);
    std::optional<Missed> since(RoomId room, Seq place);

    // Whoever reads a room from the database takes the time first, and what was read is kept unless the room
    // was forgotten meanwhile.
    enum class Asked : std::uint64_t {};
    Asked asks(RoomId room);
    void keep(RoomId room, Asked asked, const RememberedRoom& read);
    // A room that was removed.
    void forget(RoomId room);

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::size_t rooms() const noexcept { return rooms_.size(); }

private:
    struct Entry {
        RememberedRoom room;
        Asked since;  // when it was first asked for or told of
        std::size_t bytes;
        std::list<RoomId>::iterator use;
    };

    Entry& entry(RoomId room);
    Entry* find(RoomId room);
    void count(Entry& entry);
    void forget_oldest();
    void erase(RoomId room);

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t asked_ = 0;
    std::list<RoomId> uses_;  // the latest first
    std::unordered_map<RoomId, Entry> rooms_;
};

}  // namespace roost::messages
