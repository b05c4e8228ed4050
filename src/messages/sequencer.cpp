#include "messages/sequencer.hpp"

#include "schema/encode.hpp"

namespace roost::messages {
namespace {

std::string topic_of(const Record& record) {
    return "messages:" + record.message.room.str();
}

pubsub::Publication publication_of(const Record& record, const SharedBytesPtr& text) {
    const auto& message = record.message;
    pubsub::Publication publication{.topic = topic_of(record),
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
    constexpr std::string_view open = R"({"message":)";
    publication.payload.reserve(open.size() + text->view().size() + 1);
    publication.payload.append(open).append(text->view()) += '}';
    return publication;
}

}  // namespace

bool Sequencer::follow(RoomId room, Seq counter) {
    if (const auto* followed = followed_.find(room)) return followed->from <= counter;
    followed_.put(room, {.from = counter, .told = counter});
    return true;
}

std::optional<Seq> Sequencer::published(RoomId room) {
    const auto* followed = followed_.find(room);
    return followed != nullptr ? std::optional(followed->told) : std::nullopt;
}

SharedBytesPtr Sequencer::publish(const Record& record) {
    const auto room = record.message.id.room;
    if (auto* followed = followed_.find(room)) followed->told = record.seq;
    else followed_.put(room, {.from = record.seq - 1, .told = record.seq});
    if (record.is_superseded()) {
        memory_.add(room, {.seq = 0, .changed_seq = record.seq, .text = nullptr});
        return nullptr;
    }
    const auto message = EncodedMessage::of(record.message);
    memory_.add(room, message);
    if (hub_.is_wanted(topic_of(record))) hub_.publish_at_home(publication_of(record, message.text));
    return message.text;
}

}  // namespace roost::messages
