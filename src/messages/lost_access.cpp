#include "messages/lost_access.hpp"

#include <ranges>
#include <utility>

namespace roost::messages {

std::optional<Errc> refusal_of(const Entry& entry, RoomId room, const rooms::AccessLost& lost) {
    if (room_of(entry).id != room) return std::nullopt;
    if (const auto* post = std::get_if<Post>(&entry)) {
        if (lost.concerns(post->author.id)) return Errc::room_not_found;
        return std::nullopt;
    }
    const auto caller = std::get<Change>(entry).caller;
    if (caller && lost.concerns(*caller)) return Errc::message_not_found;
    return std::nullopt;
}

void LostAccess::add(RoomId room, rooms::AccessLost lost, Clock::time_point at) {
    losses_.push_back({room, std::move(lost), at});
    users_ += losses_.back().users();
    while (users_ > most_users_) {
        const auto& oldest = losses_.front();
        users_ -= oldest.users();
        forgotten_until_ = oldest.at;
        losses_.pop_front();
    }
}

// Nearly every entry was asked for after the newest loss.
std::optional<Errc> LostAccess::refusal_of(const Entry& entry) const {
    const auto asked_at = std::visit([](const auto& one) { return one.asked_at; }, entry);
    if (asked_at <= forgotten_until_) return Errc::overloaded;
    for (const auto& loss : losses_ | std::views::reverse) {
        if (loss.at < asked_at) break;
        if (auto refusal = messages::refusal_of(entry, loss.room, loss.lost)) return refusal;
    }
    return std::nullopt;
}

}  // namespace roost::messages
