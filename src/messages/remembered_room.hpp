// What is remembered of one room's log: the newest messages, and all changes above a floor.
//
// Every place above the floor is there: with the message that was posted or changed there, or empty when that
// changed again. So what changed behind a place above the floor is known, and beyond that the newest changes
// when there are as many as anybody gets. Pure; RoomMemory holds one for each room.
#pragma once

#include "messages/room_texts.hpp"
#include "messages/room_view.hpp"

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace roost::messages {

class RememberedRoom {
public:
    // Knows nothing, not even the counter.
    RememberedRoom() = default;
    // What was read in one snapshot: the room's newest messages, in order, as many as there are up to
    // latest_messages.
    static RememberedRoom of_latest(Seq counter, const std::vector<EncodedMessage>& latest);
    // Or: all that changed behind `floor`, in the order of changed_seq.
    static RememberedRoom of_changes(Seq floor, Seq counter, const std::vector<EncodedMessage>& changes);

    // A place of the log that was told of, in their order; where some are left out, their messages changed
    // again. One that is known has no effect.
    void add(const EncodedMessage& message);
    // Takes over what was read while this was in memory. False, and no change, when it does not fit together.
    bool adopt(const RememberedRoom& read);

    // Nothing when it is not known.
    [[nodiscard]] std::optional<History> latest(RoomId room, std::size_t limit) const;
    [[nodiscard]] std::optional<Missed> since(RoomId room, Seq place) const;

    [[nodiscard]] bool is_known() const noexcept { return counter_ != unknown; }
    [[nodiscard]] Seq counter() const noexcept { return counter_; }
    [[nodiscard]] Seq floor() const noexcept { return floor_; }
    // What all of it takes, about.
    [[nodiscard]] std::size_t bytes() const noexcept;
    // Raises the floor by one place. False when there is none above it.
    bool drop_oldest_change();

private:
    static constexpr Seq unknown = -1;

    // A message's state, whose text stands once among the texts, in the tail and among the newest alike.
    // Without a text: a place whose message changed again.
    struct Kept {
        Seq seq = 0;
        Seq changed_seq = 0;
        RoomTexts::Place text;
    };

    Kept keep(const EncodedMessage& message);
    Kept keep(const RememberedRoom& read, const Kept& message);
    [[nodiscard]] bool has_tail(const Kept& message) const noexcept { return message.changed_seq > floor_; }
    [[nodiscard]] const Kept& at(Seq place) const {
        return tail_[static_cast<std::size_t>(place - floor_ - 1)];
    }
    // The place above the floor where the message is as it is now; 0: not there.
    [[nodiscard]] Seq place_of(Seq message) const;
    void push(const Kept& message);
    bool show(const Kept& message);
    // Where it is among the newest messages in this state, or null.
    [[nodiscard]] const Kept* shown(const Kept& message) const;
    void supersede(Seq message);
    void adopt_latest(const RememberedRoom& read);
    void prepend(const RememberedRoom& read);
    void bound();
    template <class Iterator>
    [[nodiscard]] SharedBytesPtr array_of(Iterator begin, Iterator end) const;

    Seq counter_ = unknown;
    Seq floor_ = 0;
    RoomTexts texts_;
    std::deque<Kept> tail_;                    // of the places floor_ + 1 to counter_
    std::unordered_map<Seq, Seq> changed_at_;  // message → its place in the tail, of those that changed
    std::size_t live_ = 0;                     // places of the tail that are not superseded
    std::optional<std::deque<Kept>> latest_;   // in the order of seq
    mutable SharedBytesPtr latest_array_;      // all of them as one array, when somebody wanted it
};

}  // namespace roost::messages
