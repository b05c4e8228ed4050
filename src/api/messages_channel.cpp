#include "api/messages_channel.hpp"

#include "api/user_socket.hpp"

namespace roost::api {

channels::Definition MessagesChannel::definition() {
    return channels::channel<MessagesChannel>(
               "messages:*", [] { return boost::intrusive_ptr<Channel>(new MessagesChannel); })
        .join(contract::event::join_messages, &MessagesChannel::join)
        .handle_in(contract::event::new_message, &MessagesChannel::new_message)
        .handle_in(contract::event::edit_message, &MessagesChannel::edit_message)
        .handle_in(contract::event::delete_message, &MessagesChannel::delete_message)
        .handle_in(contract::event::access_token, &MessagesChannel::renew_token);
}

// Subscribes first and reads then: what is posted in between comes with what is read, and its broadcast is
// skipped. Both in its turn: a client that joins many rooms at once gets one answer after the other.
Task<Result<contract::MessagesJoined>> MessagesChannel::join(contract::JoinMessages in) {
    const auto room = co_await room_to_join();
    if (!room) co_return room.error();
    const auto turn = co_await this->turn();
    if (!turn) co_return turn.error();
    co_await subscribe();
    auto& messages = user_socket().services().messages;
    contract::MessagesJoined joined;
    if (in.since) {
        auto missed = co_await messages.since(user_socket().user(), room->slug, in.since->value());
        if (!missed) co_return missed.error();
        log_.follow(missed->room.value(), missed->seq);
        joined.messages = std::move(missed->messages);
        joined.seq = missed->seq;
        joined.complete = missed->complete;
    } else {
        auto history = co_await messages.history(user_socket().user(), room->slug, messages::PageBounds());
        if (!history) co_return history.error();
        log_.follow(history->room.value(), history->seq);
        push(contract::event::messages_history, {std::move(history->messages), history->seq});
    }
    co_return joined;
}

Task<Result<contract::MessageEnvelope>> MessagesChannel::new_message(contract::ChannelMessage in) {
    messages::Draft draft{.room = *rooms::RoomSlug::from(std::string(subtopic())),
                          .content = std::move(in.content),
                          .metadata = std::move(in.metadata),
                          .client_id = std::move(in.client_id)};
    auto posted = co_await user_socket().services().messages.post(user_socket().user(), std::move(draft));
    if (!posted) co_return posted.error();
    contract::MessageEnvelope envelope{posted->encoded()};
    co_return envelope;
}

Task<Result<contract::MessageEnvelope>> MessagesChannel::edit_message(contract::ChannelRevision in) {
    if (!is_here(in.id)) co_return Problem(Errc::message_not_found);
    auto& messages = user_socket().services().messages;
    auto message = co_await messages.edit(user_socket().user(), in.id, std::move(in.content));
    if (!message) co_return message.error();
    contract::MessageEnvelope envelope{contract::EncodedMessage::of(*message)};
    co_return envelope;
}

Task<Result<None>> MessagesChannel::delete_message(contract::ChannelDeletion in) {
    if (!is_here(in.id)) co_return Problem(Errc::message_not_found);
    const auto tombstone = co_await user_socket().services().messages.remove(user_socket().user(), in.id);
    if (!tombstone) co_return tombstone.error();
    co_return None{};
}

}  // namespace roost::api
