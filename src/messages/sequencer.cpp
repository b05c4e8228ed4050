#include "messages/sequencer.hpp"

#include "schema/encode.hpp"

namespace roost::messages {
namespace {

pubsub::Publication publication_of(const Record& record) {
    const auto& message = record.message;
    pubsub::Publication publication{.topic = "messages:" + message.room.str(),
                                    .event = "new_message",
                                    .payload = {},
                                    .log = message.id.room.value(),
                                    .changed_seq = record.seq,
                                    .except = 0};
    if (!record.is_post && message.deleted_at) {
        publication.event = "message_deleted";
        publication.payload = schema::to_json(MessageDeleted{message.id, message.seq, message.changed_seq});
        return publication;
    }
    if (!record.is_post) publication.event = "message_updated";
    publication.payload = R"({"message":)" + schema::to_json(message) + '}';
    return publication;
}

}  // namespace

void Sequencer::publish(const Record& record) {
    published_[record.message.id.room] = record.seq;
    if (!record.is_superseded()) hub_.publish_at_home(publication_of(record));
}

}  // namespace roost::messages
