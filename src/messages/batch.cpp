#include "messages/batch.hpp"

#include <algorithm>

namespace roost::messages {

Batch::Batch(const std::vector<const Post*>& posts) : posts_(posts) {
    std::map<std::tuple<RoomId, UserId, std::string>, std::size_t> row_of_client_id;
    for (std::size_t i = 0; i < posts_.size(); ++i) {
        const auto& post = *posts_[i];
        if (post.client_id) {
            const auto key = std::tuple{post.room.id, post.author.id, post.client_id->str()};
            const auto [known, is_first] = row_of_client_id.try_emplace(key, rows_.size());
            if (!is_first) {
                rows_[known->second].followers.push_back(i);
                continue;
            }
        }
        rows_.push_back({.post = i, .seq = 0, .followers = {}});
    }
    std::ranges::sort(rows_, {}, [this](const Row& row) { return std::pair(post(row).room.id, row.post); });
}

std::vector<RoomId> Batch::rooms() const {
    std::vector<RoomId> rooms;
    for (const auto& row : rows_) rooms.push_back(post(row).room.id);
    std::ranges::sort(rooms);
    const auto repeated = std::ranges::unique(rooms);
    rooms.erase(repeated.begin(), repeated.end());
    return rooms;
}

void Batch::number(const std::map<RoomId, Seq>& counters) {
    auto next = counters;
    for (auto& row : rows_) row.seq = ++next.at(post(row).room.id);
}

}  // namespace roost::messages
