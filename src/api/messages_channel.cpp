#include "api/messages_channel.hpp"

#include "api/user_socket.hpp"

namespace roost::api {

channels::Definition MessagesChannel::definition() {
    return channels::channel<MessagesChannel>(
               "messages:*", [] { return boost::intrusive_ptr<Channel>(new MessagesChannel); })
        .join(contract::join_messages, &MessagesChannel::join)
        .handle_in(contract::new_message, &MessagesChannel::new_message);
}

// Subscribes first and reads then: what is posted in between comes as history, and its broadcast is skipped.
Task<Result<None>> MessagesChannel::join(contract::JoinMessages /*in*/) {
    auto slug = rooms::RoomSlug::from(std::string(subtopic()));
    if (!slug) co_return Problem(Errc::room_not_found);
    auto& services = user_socket().services();
    auto room = co_await services.rooms.find_for(user_socket().user(), *slug);
    if (!room) co_return room.error();
    co_await subscribe();
    auto page = co_await services.messages.page(user_socket().user(), *slug, messages::PageBounds());
    if (!page) co_return page.error();
    room_ = std::move(*slug);
    skip_until(page->seq);
    push(contract::messages_history, {std::move(page->messages), page->seq});
    co_return None{};
}

Task<Result<contract::MessageEnvelope>> MessagesChannel::new_message(contract::ChannelMessage in) {
    messages::Draft draft{.room = room_,
                          .content = std::move(in.content),
                          .metadata = std::move(in.metadata),
                          .client_id = std::move(in.client_id)};
    auto posted = co_await user_socket().services().messages.post(user_socket().user(), std::move(draft));
    if (!posted) co_return posted.error();
    contract::MessageEnvelope envelope{std::move(posted->message)};
    co_return envelope;
}

UserSocket& MessagesChannel::user_socket() const noexcept {
    return static_cast<UserSocket&>(socket());
}

}  // namespace roost::api
