#include "messages/batch.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>
#include <variant>

namespace roost::messages {
namespace {

Post post_to(std::int64_t room, const char* client_id = nullptr, std::int64_t author = 1) {
    Post post{.room = {RoomId{room}, *rooms::RoomSlug::from(fmt::format("room-{}", room)), "", false},
              .author = {UserId{author}, "Ann"},
              .content = MessageContent("hello"),
              .metadata = std::nullopt,
              .client_id = std::nullopt};
    if (client_id != nullptr) post.client_id = ClientId(client_id);
    return post;
}

Change edit_in(std::int64_t room, Seq target) {
    return {.room = post_to(room).room, .target = target, .content = MessageContent("better")};
}

Change deletion_in(std::int64_t room, Seq target) {
    return {.room = post_to(room).room, .target = target, .content = std::nullopt};
}

std::vector<const Entry*> all_of(const std::vector<Entry>& entries) {
    std::vector<const Entry*> pointers;
    for (const auto& entry : entries) pointers.push_back(&entry);
    return pointers;
}

// Counters as they would be: some rooms empty, some far on.
std::map<RoomId, Seq> counters_for(std::int64_t rooms, std::mt19937& random) {
    std::map<RoomId, Seq> counters;
    for (std::int64_t room = 1; room <= rooms; ++room)
        counters[RoomId{room}] = std::uniform_int_distribution<Seq>{0, 3}(random) * 1'000'000;
    return counters;
}

void number(Batch& batch, const std::map<RoomId, Seq>& counters) {
    batch.number([&counters](RoomId room) { return counters.at(room); });
}

// Posts with and without client ids, few enough of these that many are equal, and changes.
std::vector<Entry> some_entries(std::int64_t rooms, std::mt19937& random) {
    std::vector<Entry> entries;
    for (auto left = std::uniform_int_distribution<int>{1, 80}(random); left > 0; --left) {
        const auto room = std::uniform_int_distribution<std::int64_t>{1, rooms}(random);
        const auto author = std::uniform_int_distribution<std::int64_t>{1, 3}(random);
        const auto kind = random() % 6;
        if (kind == 0) entries.emplace_back(edit_in(room, left));
        else if (kind == 1) entries.emplace_back(deletion_in(room, left));
        else if (kind < 4) entries.emplace_back(post_to(room, nullptr, author));
        else entries.emplace_back(post_to(room, fmt::format("id-{}", random() % 5).c_str(), author));
    }
    return entries;
}

// Every entry is in the batch once, but for those of the rows that were removed: as a row, or as a follower
// of the first post with the same room, author and client id.
void check_that_nothing_is_lost(const Batch& batch, const std::vector<Entry>& entries,
                                const std::set<std::size_t>& removed) {
    auto seen = removed;
    for (const auto& row : batch.rows()) {
        REQUIRE(seen.insert(row.entry).second);
        auto before = row.entry;
        for (const auto follower : row.followers) {
            REQUIRE(seen.insert(follower).second);
            const auto& first = std::get<Post>(entries[row.entry]);
            const auto& later = std::get<Post>(entries[follower]);
            REQUIRE(first.client_id.has_value());
            REQUIRE(std::tuple(first.room.id, first.author, *first.client_id) ==
                    std::tuple(later.room.id, later.author, *later.client_id));
            REQUIRE(before < follower);
            before = follower;
        }
    }
    REQUIRE(seen.size() == entries.size());
}

// counter + 1, counter + 2 … in each room, in the order of its entries; and room behind room.
void check_numbers(const Batch& batch, std::map<RoomId, Seq> counters) {
    const Batch::Row* before = nullptr;
    for (const auto& row : batch.rows()) {
        const auto room = batch.room(row).id;
        REQUIRE(row.seq == ++counters.at(room));
        if (before != nullptr) {
            REQUIRE(batch.room(*before).id <= room);
            if (batch.room(*before).id == room) REQUIRE(before->entry < row.entry);
        }
        before = &row;
    }
}

}  // namespace

TEST_CASE(
    "each room's rows take the numbers behind its counter, without a hole and in the order of the entries") {
    std::mt19937 random(20260131);
    for (int round = 0; round < 300; ++round) {
        const auto rooms = std::uniform_int_distribution<std::int64_t>{1, 8}(random);
        std::vector<Entry> entries;
        for (auto left = std::uniform_int_distribution<int>{1, 60}(random); left > 0; --left) {
            const auto room = std::uniform_int_distribution<std::int64_t>{1, rooms}(random);
            const auto kind = random() % 4;
            if (kind == 0) entries.emplace_back(edit_in(room, left));
            else if (kind == 1) entries.emplace_back(deletion_in(room, left));
            else entries.emplace_back(post_to(room));
        }
        Batch batch(all_of(entries));
        const auto counters = counters_for(rooms, random);
        number(batch, counters);

        auto expected = counters;
        std::map<RoomId, std::size_t> last;
        std::set<std::size_t> seen;
        for (const auto& row : batch.rows()) {
            const auto room = room_of(entries[row.entry]).id;
            REQUIRE(&batch.entry(row) == &entries[row.entry]);
            REQUIRE(batch.room(row).id == room);
            REQUIRE((batch.post(row) == nullptr) == std::holds_alternative<Change>(entries[row.entry]));
            REQUIRE((batch.change(row) == nullptr) == std::holds_alternative<Post>(entries[row.entry]));
            REQUIRE(row.seq == ++expected[room]);
            REQUIRE(row.followers.empty());
            REQUIRE(seen.insert(row.entry).second);
            if (last.contains(room)) REQUIRE(last[room] < row.entry);
            last[room] = row.entry;
        }
        REQUIRE(seen.size() == entries.size());
    }
}

// As when some of it turns out to be stored already, another writer was faster, and so on.
TEST_CASE("however often rows are taken out and numbered again, no number is missing and nothing is lost") {
    std::mt19937 random(20260131);
    for (int round = 0; round < 300; ++round) {
        const auto rooms = std::uniform_int_distribution<std::int64_t>{1, 8}(random);
        const auto entries = some_entries(rooms, random);
        Batch batch(all_of(entries));
        std::set<std::size_t> removed;
        while (!batch.empty()) {
            const auto counters = counters_for(rooms, random);
            number(batch, counters);
            check_numbers(batch, counters);
            check_that_nothing_is_lost(batch, entries, removed);
            for (auto left = 1 + random() % 10; left > 0 && !batch.empty(); --left) {
                const auto out = random() % batch.rows().size();
                removed.insert(batch.rows()[out].entry);
                for (const auto follower : batch.rows()[out].followers) removed.insert(follower);
                batch.remove(out);
            }
        }
        REQUIRE(removed.size() == entries.size());
        REQUIRE(batch.rooms().empty());
    }
}

// The counters are asked for once for each room, and of these rooms only.
TEST_CASE("a batch knows its rooms") {
    std::mt19937 random(11);
    for (int round = 0; round < 100; ++round) {
        const auto entries = some_entries(9, random);
        Batch batch(all_of(entries));
        std::set<RoomId> expected;
        for (const auto& entry : entries) expected.insert(room_of(entry).id);
        std::vector<RoomId> asked;
        batch.number([&asked](RoomId room) {
            asked.push_back(room);
            return Seq{0};
        });
        REQUIRE(batch.rooms() == std::vector(expected.begin(), expected.end()));
        REQUIRE(asked == batch.rooms());
    }
}

TEST_CASE("a batch knows whether it changes a message") {
    const std::vector<Entry> posts{post_to(1), post_to(2)};
    CHECK_FALSE(Batch(all_of(posts)).has_changes());
    const std::vector<Entry> mixed{post_to(1), edit_in(2, 1)};
    Batch batch(all_of(mixed));
    CHECK(batch.has_changes());
    batch.remove(1);
    CHECK_FALSE(batch.has_changes());
}

// Two writers whose statements touch rooms in different orders would wait for each other in a circle.
TEST_CASE("rows come in the order of their rooms' ids") {
    const std::vector<Entry> entries{post_to(9), edit_in(2, 7), deletion_in(9, 4), post_to(1), post_to(2)};
    const Batch batch(all_of(entries));
    std::vector<std::size_t> order;
    for (const auto& row : batch.rows()) order.push_back(row.entry);
    CHECK(order == std::vector<std::size_t>{3, 1, 4, 0, 2});
    CHECK(batch.rooms() == std::vector{RoomId{1}, RoomId{2}, RoomId{9}});
}

TEST_CASE("posts with the same client id are one row, which the first one gives") {
    const std::vector<Entry> posts{post_to(1, "a"), post_to(1), post_to(1, "a"), post_to(1, "b"),
                                   post_to(1, "a")};
    Batch batch(all_of(posts));
    number(batch, {{RoomId{1}, 4}});
    REQUIRE(batch.rows().size() == 3);
    CHECK(batch.rows()[0].entry == 0);
    CHECK(batch.rows()[0].followers == std::vector<std::size_t>{2, 4});
    CHECK(batch.rows()[1].entry == 1);
    CHECK(batch.rows()[2].entry == 3);
    CHECK(batch.rows()[2].followers.empty());
    CHECK(batch.rows()[2].seq == 7);
}

TEST_CASE("the same client id of another author or in another room is another message") {
    const std::vector<Entry> posts{post_to(1, "a", 1), post_to(1, "a", 2), post_to(2, "a", 1)};
    CHECK(Batch(all_of(posts)).rows().size() == 3);
}

TEST_CASE("followers stay with their row when rows of other rooms come before it") {
    const std::vector<Entry> posts{post_to(5, "a"), post_to(3, "a"), post_to(5, "a"), post_to(3, "a")};
    const Batch batch(all_of(posts));
    REQUIRE(batch.rows().size() == 2);
    CHECK(batch.rows()[0].entry == 1);
    CHECK(batch.rows()[0].followers == std::vector<std::size_t>{3});
    CHECK(batch.rows()[1].entry == 0);
    CHECK(batch.rows()[1].followers == std::vector<std::size_t>{2});
}

TEST_CASE("an empty batch has nothing") {
    const Batch batch({});
    CHECK(batch.empty());
    CHECK(batch.rooms().empty());
}

}  // namespace roost::messages
