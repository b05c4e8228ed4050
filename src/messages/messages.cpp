#include "messages/messages.hpp"

namespace roost::messages {
namespace {

History history_of(RoomId room, const Page& page) {
    History history{
        .messages = EncodedMessages::of(page.messages), .room = room, .first = 0, .last = 0, .seq = page.seq};
    if (page.messages.empty()) return history;
    history.first = page.messages.front().seq;
    history.last = page.messages.back().seq;
    return history;
}

}  // namespace

Task<Result<Posted>> Messages::post(UserId caller, Draft draft) {
    const auto asked_at = Clock::now();
    auto room = co_await rooms_.find_for(caller, std::move(draft.room));
    if (!room) co_return room.error();
    auto name = co_await accounts_.author_name(caller);
    if (!name) co_return name.error();
    Post post{.room = std::move(*room),
              .author = {caller, std::move(*name)},
              .content = std::move(draft.content),
              .metadata = std::move(draft.metadata),
              .client_id = std::move(draft.client_id),
              .asked_at = asked_at};
    co_return co_await append(std::move(post));
}

// The latest page is read at the room's home, from memory; any other one from the database here.
Task<Result<History>> Messages::history(std::optional<UserId> caller, rooms::RoomSlug slug,
                                        PageBounds bounds) {
    auto room = co_await rooms_.find_for(caller, std::move(slug));
    if (!room) co_return room.error();
    const auto limit = static_cast<std::size_t>(bounds.limit);
    if (bounds.before || bounds.after || limit > latest_messages) {
        const auto page = co_await store_.page(*room, bounds);
        co_return history_of(room->id, page);
    }
    auto& home = cores_.home_of(room->slug.str());
    auto read = [&reader = homes_[home.index()].reader, &room, limit] { return reader.latest(*room, limit); };
    co_return co_await net::call_on(home, read);
}

Task<Result<Missed>> Messages::since(std::optional<UserId> caller, rooms::RoomSlug slug, Seq place) {
    auto room = co_await rooms_.find_for(caller, std::move(slug));
    if (!room) co_return room.error();
    auto& home = cores_.home_of(room->slug.str());
    auto read = [&reader = homes_[home.index()].reader, &room, place] { return reader.since(*room, place); };
    co_return co_await net::call_on(home, read);
}

Task<Result<Message>> Messages::find(std::optional<UserId> caller, MessageId id) {
    auto found = co_await look_up(caller, id);
    if (!found) co_return found.error();
    co_return std::move(found->message);
}

Task<Result<Message>> Messages::edit(UserId caller, MessageId id, MessageContent content) {
    const auto asked_at = Clock::now();
    auto found = co_await look_up(caller, id);
    if (!found) co_return found.error();
    if (found->message.user.id != caller) co_return Problem(Errc::not_the_author);
    if (found->message.deleted_at) co_return Problem(Errc::message_deleted);
    Change edit{.room = std::move(found->room),
                .target = id.seq,
                .content = std::move(content),
                .caller = caller,
                .asked_at = asked_at};
    auto edited = co_await append(std::move(edit));
    if (!edited) co_return edited.error();
    co_return std::move(edited->message);
}

Task<Result<Message>> Messages::remove(UserId caller, MessageId id) {
    const auto asked_at = Clock::now();
    auto found = co_await look_up(caller, id);
    if (!found) co_return found.error();
    const bool is_author = found->message.user.id == caller;
    const bool may_delete = is_author || co_await rooms_.may_moderate(caller, found->room);
    if (!may_delete) co_return Problem(Errc::not_the_author);
    if (found->message.deleted_at) co_return std::move(found->message);
    Change deletion{.room = std::move(found->room),
                    .target = id.seq,
                    .content = std::nullopt,
                    .caller = caller,
                    .asked_at = asked_at};
    auto deleted = co_await append(std::move(deletion));
    if (!deleted) co_return deleted.error();
    co_return std::move(deleted->message);
}

Task<Result<Messages::Found>> Messages::look_up(std::optional<UserId> caller, MessageId id) {
    auto room = co_await rooms_.find_for(caller, id.room);
    if (!room) co_return Problem(Errc::message_not_found);
    auto message = co_await store_.find(*room, id.seq);
    if (!message) co_return Problem(Errc::message_not_found);
    Found found{std::move(*room), std::move(*message)};
    co_return found;
}

template <class AnyEntry>
Task<Result<Posted>> Messages::append(AnyEntry entry) {
    auto& home = cores_.home_of(entry.room.slug.str());
    auto append = [&writer = homes_[home.index()].writer, &entry] { return writer.append(std::move(entry)); };
    co_return co_await net::call_on(home, append);
}

}  // namespace roost::messages
