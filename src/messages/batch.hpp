// A batch of posts on its way into the log: which rows, with which numbers. Pure, no database.
//
// The counter of a room is known to the room's home; a batch takes the next numbers of each of its rooms, in
// the order of the posts. Equal client ids in one batch are one row: the later posts follow the first.
// Rows are in the order of their rooms' ids, so that two writers with the same rooms never wait for each
// other in a circle.
#pragma once

#include "messages/message.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace roost::messages {

class Batch {
public:
    // One post that becomes a row; `followers` are posts that are the same message.
    struct Row {
        std::size_t post;  // index of the posts given
        Seq seq = 0;
        std::vector<std::size_t> followers;
    };

    explicit Batch(const std::vector<const Post*>& posts);

    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
    [[nodiscard]] const Post& post(const Row& row) const noexcept { return *posts_[row.post]; }
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    [[nodiscard]] std::vector<RoomId> rooms() const;

    // Gives each row the number behind its room's counter. `counters` has every room of the batch.
    void number(const std::map<RoomId, Seq>& counters);
    // Takes a row out: its message is stored already.
    void remove(std::size_t row) { rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(row)); }

private:
    std::vector<const Post*> posts_;
    std::vector<Row> rows_;
};

}  // namespace roost::messages
