#include "messages/room_memory.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

constexpr std::size_t most = 100'000;

EncodedMessage post(Seq place, std::size_t bytes) {
    return {place, place, share('"' + std::string(bytes, 'x') + '"')};
}

void fill(RoomMemory& memory, RoomId room, Seq messages, std::size_t bytes) {
    memory.keep(room, memory.asks(room), RememberedRoom::of_latest(0, {}));
    for (Seq place = 1; place <= messages; ++place) memory.add(room, post(place, bytes));
}

}  // namespace

TEST_CASE("the memory of all rooms is bounded, and the room that was used least recently goes") {
    RoomMemory memory(most);
    for (std::int64_t room = 1; room <= 40; ++room) {
        fill(memory, RoomId{room}, 5, 1'000);
        CHECK(memory.bytes() <= most);
        CHECK(memory.latest(RoomId{1}, 5).has_value());  // used all the time
    }
    CHECK(memory.latest(RoomId{40}, 5).has_value());
    CHECK_FALSE(memory.latest(RoomId{2}, 5).has_value());
    CHECK(memory.rooms() > 5);
    CHECK(memory.rooms() < 40);
}

TEST_CASE("rooms that are only asked for are bounded as well") {
    RoomMemory memory(most);
    for (std::int64_t room = 1; room <= 10'000; ++room) memory.asks(RoomId{room});
    CHECK(memory.bytes() <= most);
    CHECK(memory.rooms() < 100);
}

TEST_CASE("one room has a part of the memory: its oldest changes go first, its newest messages stay") {
    RoomMemory memory(most);
    constexpr RoomId other{1}, large{2};
    fill(memory, other, 5, 1'000);
    fill(memory, large, 100, 100);
    CHECK(memory.bytes() <= most);
    CHECK(memory.latest(other, 5).has_value());
    REQUIRE(memory.since(large, 95).has_value());
    CHECK_FALSE(memory.since(large, 20).has_value());
    CHECK(memory.latest(large, 50)->last == 100);
}

TEST_CASE("all bytes are given back when a room is forgotten") {
    RoomMemory memory(most);
    fill(memory, RoomId{1}, 60, 100);
    CHECK(memory.latest(RoomId{1}, 50).has_value());
    CHECK(memory.bytes() > 60 * 100);
    memory.forget(RoomId{1});
    CHECK(memory.bytes() == 0);
    CHECK(memory.rooms() == 0);
    memory.forget(RoomId{1});
    CHECK(memory.bytes() == 0);
}

TEST_CASE("what was read of a room that was forgotten meanwhile is not kept") {
    RoomMemory memory(most);
    constexpr RoomId room{1};
    const auto asked = memory.asks(room);
    memory.forget(room);
    memory.keep(room, asked, RememberedRoom::of_latest(0, {}));
    CHECK_FALSE(memory.latest(room, 50).has_value());
    const auto again = memory.asks(room);
    memory.keep(room, asked, RememberedRoom::of_latest(0, {}));
    CHECK_FALSE(memory.latest(room, 50).has_value());
    memory.keep(room, again, RememberedRoom::of_latest(0, {}));
    CHECK(memory.latest(room, 50).has_value());
}

TEST_CASE("what was told of while a room was read is remembered with it") {
    RoomMemory memory(most);
    constexpr RoomId room{1};
    const auto asked = memory.asks(room);
    const auto read = RememberedRoom::of_latest(1, {post(1, 1)});
    memory.add(room, post(2, 1));
    memory.keep(room, asked, read);
    CHECK(memory.latest(room, 50)->seq == 2);
    CHECK(memory.latest(room, 50)->first == 1);
    CHECK(memory.latest(room, 50)->last == 2);
    CHECK(memory.since(room, 1)->complete);
    CHECK_FALSE(memory.since(room, 0).has_value());
}

}  // namespace roost::messages
