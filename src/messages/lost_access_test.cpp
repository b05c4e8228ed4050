#include "messages/lost_access.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace roost::messages {
namespace {

using namespace std::chrono_literals;

const Clock::time_point noon{std::chrono::hours(12)};

rooms::Room room(std::int64_t number) {
    return {RoomId{number}, *rooms::RoomSlug::from(fmt::format("room-{}", number)), "", false};
}

Entry post_of(std::int64_t author, std::int64_t number, Clock::time_point asked_at) {
    return Post{.room = room(number),
                .author = {UserId{author}, "Ann"},
                .content = MessageContent("hello"),
                .metadata = std::nullopt,
                .client_id = std::nullopt,
                .asked_at = asked_at};
}

Entry deletion_by(std::optional<UserId> caller, std::int64_t number, Clock::time_point asked_at) {
    return Change{
        .room = room(number), .target = 1, .content = std::nullopt, .caller = caller, .asked_at = asked_at};
}

rooms::AccessLost lost_by(std::int64_t user) {
    return {room(1).slug, UserId{user}, {}};
}

}  // namespace

TEST_CASE("what somebody asked for before the loss is refused, in that room") {
    LostAccess losses(100);
    CHECK_FALSE(losses.refusal_of(post_of(7, 1, noon)).has_value());
    losses.add(RoomId{1}, lost_by(7), noon);
    CHECK(losses.refusal_of(post_of(7, 1, noon - 1ns)) == Errc::room_not_found);
    CHECK(losses.refusal_of(post_of(7, 1, noon)) == Errc::room_not_found);
    CHECK(losses.refusal_of(deletion_by(UserId{7}, 1, noon)) == Errc::message_not_found);
    CHECK_FALSE(losses.refusal_of(post_of(8, 1, noon)).has_value());
    CHECK_FALSE(losses.refusal_of(post_of(7, 2, noon)).has_value());
}

// Whoever looked then found the new state, and may have been let in again.
TEST_CASE("what is asked for after the loss is not refused") {
    LostAccess losses(100);
    losses.add(RoomId{1}, lost_by(7), noon);
    losses.add(RoomId{2}, lost_by(7), noon + 5s);
    CHECK_FALSE(losses.refusal_of(post_of(7, 1, noon + 1ns)).has_value());
    CHECK_FALSE(losses.refusal_of(deletion_by(UserId{7}, 1, noon + 1ns)).has_value());
    CHECK(losses.refusal_of(post_of(7, 2, noon + 1ns)) == Errc::room_not_found);
}

TEST_CASE("of a room that becomes private all are refused but its members") {
    LostAccess losses(100);
    losses.add(RoomId{1}, {room(1).slug, std::nullopt, {UserId{3}, UserId{7}}}, noon);
    CHECK_FALSE(losses.refusal_of(post_of(3, 1, noon)).has_value());
    CHECK_FALSE(losses.refusal_of(deletion_by(UserId{7}, 1, noon)).has_value());
    CHECK(losses.refusal_of(post_of(4, 1, noon)) == Errc::room_not_found);
}

TEST_CASE("of a room that was removed all are refused, but for what the server does by itself") {
    LostAccess losses(100);
    losses.add(RoomId{1}, {room(1).slug, std::nullopt, {}}, noon);
    CHECK(losses.refusal_of(post_of(3, 1, noon)) == Errc::room_not_found);
    CHECK(losses.refusal_of(deletion_by(UserId{3}, 1, noon)) == Errc::message_not_found);
    CHECK_FALSE(losses.refusal_of(deletion_by(std::nullopt, 1, noon)).has_value());
}

TEST_CASE("where nothing is known any more, a caller is asked to come again") {
    LostAccess losses(6);
    for (int i = 1; i <= 6; ++i) losses.add(RoomId{i}, lost_by(7), noon + std::chrono::seconds(i));
    CHECK_FALSE(losses.refusal_of(post_of(8, 1, noon)).has_value());
    losses.add(RoomId{9}, {room(9).slug, std::nullopt, {UserId{3}, UserId{4}}}, noon + 9s);
    // Three ids more: the first three are forgotten.
    CHECK(losses.refusal_of(post_of(8, 1, noon + 3s)) == Errc::overloaded);
    CHECK_FALSE(losses.refusal_of(post_of(8, 1, noon + 3s + 1ns)).has_value());
    CHECK(losses.refusal_of(post_of(7, 4, noon + 4s)) == Errc::room_not_found);
    CHECK(losses.refusal_of(post_of(8, 9, noon + 4s)) == Errc::room_not_found);
}

TEST_CASE("a room of more members than can be remembered is forgotten at once") {
    LostAccess losses(2);
    losses.add(RoomId{1}, {room(1).slug, std::nullopt, {UserId{3}, UserId{4}}}, noon);
    CHECK(losses.refusal_of(post_of(8, 1, noon)) == Errc::overloaded);
    CHECK_FALSE(losses.refusal_of(post_of(8, 1, noon + 1ns)).has_value());
}

}  // namespace roost::messages
