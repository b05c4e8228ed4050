#include "messages/messages.hpp"

namespace roost::messages {

Task<Result<Posted>> Messages::post(UserId caller, Draft draft) {
    auto room = co_await rooms_.find_for(caller, std::move(draft.room));
    if (!room) co_return room.error();
    auto name = co_await accounts_.author_name(caller);
    if (!name) co_return name.error();
    auto& home = cores_.home_of(room->slug.str());
    Post post{.room = std::move(*room),
              .author = {caller, std::move(*name)},
              .content = std::move(draft.content),
              .metadata = std::move(draft.metadata),
              .client_id = std::move(draft.client_id)};
    auto append = [&writer = writers_[home.index()], &post] { return writer.append(std::move(post)); };
    co_return co_await net::call_on(home, append);
}

Task<Result<Page>> Messages::page(std::optional<UserId> caller, rooms::RoomSlug slug, PageBounds bounds) {
    auto room = co_await rooms_.find_for(caller, std::move(slug));
    if (!room) co_return room.error();
    co_return co_await store_.page(std::move(*room), bounds);
}

}  // namespace roost::messages
