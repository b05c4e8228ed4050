#include "messages/batch.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace roost::messages {

Batch::Batch(const std::vector<const Entry*>& entries) : entries_(entries) {
    std::map<std::tuple<RoomId, UserId, std::string>, std::size_t> row_of_client_id;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const auto* post = std::get_if<Post>(entries_[i]);
        if (post != nullptr && post->client_id) {
            const auto key = std::tuple{post->room.id, post->author.id, post->client_id->str()};
            const auto [known, is_first] = row_of_client_id.try_emplace(key, rows_.size());
            if (!is_first) {
                rows_[known->second].followers.push_back(i);
                continue;
            }
        }
        rows_.push_back({.entry = i, .seq = 0, .followers = {}});
    }
    std::ranges::sort(rows_, {}, [this](const Row& row) { return std::pair(room(row).id, row.entry); });
}

bool Batch::has_changes() const noexcept {
    return std::ranges::any_of(rows_, [this](const Row& row) { return change(row) != nullptr; });
}

std::vector<RoomId> Batch::rooms() const {
    std::vector<RoomId> rooms;
    for (const auto& row : rows_) rooms.push_back(room(row).id);
    std::ranges::sort(rooms);
    const auto repeated = std::ranges::unique(rooms);
    rooms.erase(repeated.begin(), repeated.end());
    return rooms;
}

void Batch::number(const std::function<Seq(RoomId)>& counter_of) {
    RoomId current;
    Seq last = 0;
    for (auto& row : rows_) {
        const auto id = room(row).id;
        if (id != current) last = counter_of(id);
        current = id;
        row.seq = ++last;
    }
}

}  // namespace roost::messages
