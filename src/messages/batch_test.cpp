#include "messages/batch.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

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

std::vector<const Post*> all_of(const std::vector<Post>& posts) {
    std::vector<const Post*> pointers;
    for (const auto& post : posts) pointers.push_back(&post);
    return pointers;
}

// Counters as they would be: some rooms empty, some far on.
std::map<RoomId, Seq> counters_for(std::int64_t rooms, std::mt19937& random) {
    std::map<RoomId, Seq> counters;
    for (std::int64_t room = 1; room <= rooms; ++room)
        counters[RoomId{room}] = std::uniform_int_distribution<Seq>{0, 3}(random) * 1'000'000;
    return counters;
}

}  // namespace

TEST_CASE(
    "each room's rows take the numbers behind its counter, without a hole and in the order of the posts") {
    std::mt19937 random(20260131);
    for (int round = 0; round < 300; ++round) {
        const auto rooms = std::uniform_int_distribution<std::int64_t>{1, 8}(random);
        std::vector<Post> posts;
        for (auto left = std::uniform_int_distribution<int>{1, 60}(random); left > 0; --left)
            posts.push_back(post_to(std::uniform_int_distribution<std::int64_t>{1, rooms}(random)));
        Batch batch(all_of(posts));
        const auto counters = counters_for(rooms, random);
        batch.number(counters);

        auto expected = counters;
        std::map<RoomId, std::size_t> last;
        std::set<std::size_t> seen;
        for (const auto& row : batch.rows()) {
            const auto room = posts[row.post].room.id;
            REQUIRE(&batch.post(row) == &posts[row.post]);
            REQUIRE(row.seq == ++expected[room]);
            REQUIRE(row.followers.empty());
            REQUIRE(seen.insert(row.post).second);
            if (last.contains(room)) REQUIRE(last[room] < row.post);
            last[room] = row.post;
        }
        REQUIRE(seen.size() == posts.size());
    }
}

TEST_CASE("numbering again, after some rows are out, leaves no hole either") {
    std::mt19937 random(7);
    for (int round = 0; round < 100; ++round) {
        std::vector<Post> posts;
        for (int i = 0; i < 30; ++i)
            posts.push_back(post_to(std::uniform_int_distribution<std::int64_t>{1, 3}(random)));
        Batch batch(all_of(posts));
        batch.number(counters_for(3, random));
        for (int i = 0; i < 10; ++i)
            batch.remove(std::uniform_int_distribution<std::size_t>{0, batch.rows().size() - 1}(random));
        auto expected = counters_for(3, random);
        batch.number(expected);
        REQUIRE(batch.rows().size() == 20);
        for (const auto& row : batch.rows()) REQUIRE(row.seq == ++expected[posts[row.post].room.id]);
    }
}

// Two writers whose statements touch rooms in different orders would wait for each other in a circle.
TEST_CASE("rows come in the order of their rooms' ids") {
    const std::vector<Post> posts{post_to(9), post_to(2), post_to(9), post_to(1), post_to(2)};
    const Batch batch(all_of(posts));
    std::vector<std::size_t> order;
    for (const auto& row : batch.rows()) order.push_back(row.post);
    CHECK(order == std::vector<std::size_t>{3, 1, 4, 0, 2});
    CHECK(batch.rooms() == std::vector{RoomId{1}, RoomId{2}, RoomId{9}});
}

TEST_CASE("posts with the same client id are one row, which the first one gives") {
    const std::vector<Post> posts{post_to(1, "a"), post_to(1), post_to(1, "a"), post_to(1, "b"),
                                  post_to(1, "a")};
    Batch batch(all_of(posts));
    batch.number({{RoomId{1}, 4}});
    REQUIRE(batch.rows().size() == 3);
    CHECK(batch.rows()[0].post == 0);
    CHECK(batch.rows()[0].followers == std::vector<std::size_t>{2, 4});
    CHECK(batch.rows()[1].post == 1);
    CHECK(batch.rows()[2].post == 3);
    CHECK(batch.rows()[2].followers.empty());
    CHECK(batch.rows()[2].seq == 7);
}

TEST_CASE("the same client id of another author or in another room is another message") {
    const std::vector<Post> posts{post_to(1, "a", 1), post_to(1, "a", 2), post_to(2, "a", 1)};
    CHECK(Batch(all_of(posts)).rows().size() == 3);
}

TEST_CASE("followers stay with their row when rows of other rooms come before it") {
    const std::vector<Post> posts{post_to(5, "a"), post_to(3, "a"), post_to(5, "a"), post_to(3, "a")};
    const Batch batch(all_of(posts));
    REQUIRE(batch.rows().size() == 2);
    CHECK(batch.rows()[0].post == 1);
    CHECK(batch.rows()[0].followers == std::vector<std::size_t>{3});
    CHECK(batch.rows()[1].post == 0);
    CHECK(batch.rows()[1].followers == std::vector<std::size_t>{2});
}

TEST_CASE("an empty batch has nothing") {
    const Batch batch({});
    CHECK(batch.empty());
    CHECK(batch.rooms().empty());
}

}  // namespace roost::messages
