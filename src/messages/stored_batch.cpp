#include "messages/stored_batch.hpp"

#include <utility>

namespace roost::messages {
namespace {

Record record_of(const Post& post, Seq seq, Timestamp at) {
    return {.seq = seq,
            .is_post = true,
            .message = {.id = {post.room.id, seq},
                        .room = post.room.slug,
                        .seq = seq,
                        .changed_seq = seq,
                        .content = post.content.str(),
                        .metadata = post.metadata.value_or(JsonObject::empty()),
                        .user = post.author,
                        .inserted_at = at,
                        .updated_at = at,
                        .deleted_at = std::nullopt}};
}

}  // namespace

std::vector<Gap> gaps_before(const StoredBatch& stored, Sequencer& sequencer) {
    std::vector<Gap> gaps;
    RoomId before{0};
    for (const auto& row : stored.batch.rows()) {
        const auto& room = stored.batch.room(row);
        if (std::exchange(before, room.id) == room.id) continue;
        const auto told = sequencer.published(room.id);
        if (told && *told + 1 < row.seq) gaps.push_back({&room, *told + 1, row.seq - 1});
    }
    return gaps;
}

void tell(StoredBatch stored, Sequencer& sequencer) {
    const auto& rows = stored.batch.rows();
    std::vector<Result<Posted>> outcomes;
    outcomes.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Record record;
        if (const auto* post = stored.batch.post(rows[i])) {
            record = record_of(*post, rows[i].seq, stored.at);
        } else if (const auto found = stored.changed.find(i); found != stored.changed.end()) {
            record = {rows[i].seq, false, std::move(found->second)};
        } else {  // its room was removed meanwhile
            outcomes.emplace_back(Problem(Errc::message_not_found));
            continue;
        }
        auto text = sequencer.publish(record);
        outcomes.emplace_back(Posted{std::move(record.message), true, std::move(text)});
    }
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        for (const auto follower : rows[i].followers)
            stored.entries[follower]->answer(Posted{outcomes[i]->message, false, outcomes[i]->text});
        stored.entries[rows[i].entry]->answer(std::move(outcomes[i]));
    }
}

}  // namespace roost::messages
