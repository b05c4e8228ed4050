// Who lost access to rooms whose log is written here, and when.
//
// Whether a caller may write to a room is looked up on the caller's core, some time before the entry comes to
// the room's home; the access may be lost in between. An entry says when it was asked for, before anybody
// looked. So one that was asked for before the loss is refused, and one that was asked for after it is not:
// what was looked up for that one was the new state.
#pragma once

#include "core/clock.hpp"
#include "core/problem.hpp"
#include "messages/entry.hpp"
#include "rooms/room_watch.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace roost::messages {

// How to refuse an entry of somebody whom the loss concerns; nothing for an entry of another room or of
// somebody else, and for what the server does by itself.
std::optional<Errc> refusal_of(const Entry& entry, RoomId room, const rooms::AccessLost& lost);

// Of bounded size: of an entry that was asked for before the oldest loss that is remembered, nothing is
// known, and it is refused as overloaded. One for each home core; used there.
class LostAccess {
public:
    // How many user ids are remembered, with one for each loss.
    explicit LostAccess(std::size_t most_users) : most_users_(most_users) {}

    // `at`: later than the loss, and than all before.
    void add(RoomId room, rooms::AccessLost lost, Clock::time_point at);
    [[nodiscard]] std::optional<Errc> refusal_of(const Entry& entry) const;

private:
    struct Loss {
        RoomId room;
        rooms::AccessLost lost;
        Clock::time_point at;

        [[nodiscard]] std::size_t users() const noexcept { return 1 + lost.members.size(); }
    };

    std::size_t most_users_;
    std::size_t users_ = 0;
    std::deque<Loss> losses_;  // in the order of time
    Clock::time_point forgotten_until_ = Clock::time_point::min();
};

}  // namespace roost::messages
