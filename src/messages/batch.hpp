// A batch of entries on its way into the log: which rows, with which numbers. Pure, no database.
//
// The counter of a room is known to the room's home; a batch takes the next numbers of each of its rooms, in
// the order of the entries. Equal client ids in one batch are one row: the later posts follow the first.
// Rows are in the order of their rooms' ids, so that two writers with the same rooms never wait for each
// other in a circle.
#pragma once

#include "messages/entry.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace roost::messages {

class Batch {
public:
    // One entry that becomes a row; `followers` are posts that are the same message.
    struct Row {
        std::size_t entry;  // index of the entries given
        Seq seq = 0;
        std::vector<std::size_t> followers;
    };

    // The entries outlive the batch; at most one of them changes any one message.
    explicit Batch(const std::vector<const Entry*>& entries);

    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }
    [[nodiscard]] const Entry& entry(const Row& row) const noexcept { return *entries_[row.entry]; }
    // Nothing when the row is of the other kind.
    [[nodiscard]] const Post* post(const Row& row) const noexcept { return std::get_if<Post>(&entry(row)); }
    [[nodiscard]] const Change* change(const Row& row) const noexcept {
        return std::get_if<Change>(&entry(row));
    }
    [[nodiscard]] const rooms::Room& room(const Row& row) const noexcept { return room_of(entry(row)); }
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    [[nodiscard]] bool has_changes() const noexcept;
    [[nodiscard]] std::vector<RoomId> rooms() const;

    // Gives each row the number behind its room's counter. Asks once for each room.
    void number(const std::function<Seq(RoomId)>& counter_of);
    // Takes a row out: it is decided already.
    void remove(std::size_t row) { rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(row)); }

private:
    std::vector<const Entry*> entries_;
    std::vector<Row> rows_;
};

}  // namespace roost::messages
