#include "rooms/room_sql.hpp"

namespace roost::rooms {

RoomView room_view_in(const db::Rows& rows, int row, int first) {
    enum Column { slug, name, is_private, owner_id, owner_name, seq, unread };
    const auto at = [first](Column column) { return first + static_cast<int>(column); };
    RoomView view{.slug = *RoomSlug::from(std::string(rows.text(row, at(slug)))),
                  .name = std::string(rows.text(row, at(name))),
                  .private_ = rows.boolean(row, at(is_private)),
                  .owner = std::nullopt,
                  .seq = rows.integer(row, at(seq)),
                  .unread = rows.maybe_integer(row, at(unread))};
    if (const auto owner = rows.maybe_integer(row, at(owner_id)))
        view.owner = Owner{UserId{*owner}, std::string(rows.text(row, at(owner_name)))};
    return view;
}

std::optional<std::int64_t> parameter(std::optional<UserId> user) {
    if (!user) return std::nullopt;
    return user->value();
}

}  // namespace roost::rooms
