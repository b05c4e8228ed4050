#include "messages/room_memory.hpp"

namespace roost::messages {
namespace {

constexpr std::size_t most_of_one_room = 8;  // parts of all
// A room's containers, the list of uses and the table, beside its messages.
constexpr std::size_t room_overhead = 1'500;

}  // namespace

void RoomMemory::add(RoomId room, const EncodedMessage& message) {
    auto& known = entry(room);
    known.room.add(message);
    count(known);
}

std::optional<History> RoomMemory::latest(RoomId room, std::size_t limit) {
    auto* known = find(room);
    if (known == nullptr) return std::nullopt;
    auto history = known->room.latest(room, limit);
    count(*known);
    return history;
}

std::optional<Missed> RoomMemory::since(RoomId room, Seq place) {
    auto* known = find(room);
    return known != nullptr ? known->room.since(room, place) : std::nullopt;
}

RoomMemory::Asked RoomMemory::asks(RoomId room) {
    return entry(room).since;
}

void RoomMemory::keep(RoomId room, Asked asked, const RememberedRoom& read) {
    auto* known = find(room);
    if (known == nullptr || known->since != asked || !known->room.adopt(read)) return;
    count(*known);
}

void RoomMemory::forget(RoomId room) {
    if (rooms_.contains(room)) erase(room);
}

RoomMemory::Entry* RoomMemory::find(RoomId room) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return nullptr;
    uses_.splice(uses_.begin(), uses_, found->second.use);
    return &found->second;
}

RoomMemory::Entry& RoomMemory::entry(RoomId room) {
    if (auto* known = find(room)) return *known;
    uses_.push_front(room);
    bytes_ += room_overhead;
    Entry made{.room = {}, .since = Asked{++asked_}, .bytes = room_overhead, .use = uses_.begin()};
    auto& there = rooms_.emplace(room, std::move(made)).first->second;
    forget_oldest();
    return there;
}

void RoomMemory::count(Entry& entry) {
    while (entry.room.bytes() > most_bytes_ / most_of_one_room && entry.room.drop_oldest_change()) {
    }
    bytes_ -= entry.bytes;
    entry.bytes = entry.room.bytes() + room_overhead;
    bytes_ += entry.bytes;
    forget_oldest();
}

// The room at hand was used last, so it stays.
void RoomMemory::forget_oldest() {
    while (bytes_ > most_bytes_ && rooms_.size() > 1) erase(uses_.back());
}

void RoomMemory::erase(RoomId room) {
    const auto found = rooms_.find(room);
    bytes_ -= found->second.bytes;
    uses_.erase(found->second.use);
    rooms_.erase(found);
}

}  // namespace roost::messages
