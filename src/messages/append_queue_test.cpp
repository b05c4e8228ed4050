#include "messages/append_queue.hpp"

#include "db/error.hpp"
#include "support/on_core.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace roost::messages {
namespace {

using namespace std::chrono_literals;

rooms::Room room(std::int64_t number) {
    return {RoomId{number}, *rooms::RoomSlug::from(fmt::format("room-{}", number)), "", false};
}

// The contents tell the entries of a test from each other.
Entry post(int number, std::int64_t author = 1) {
    return Post{.room = room(1),
                .author = {UserId{author}, "Ann"},
                .content = *MessageContent::from(std::to_string(number)),
                .metadata = std::nullopt,
                .client_id = std::nullopt};
}

Entry edit(Seq target, int number) {
    return Change{.room = room(1), .target = target, .content = MessageContent::from(std::to_string(number))};
}

std::optional<Seq> target_of(const Entry& entry) {
    if (const auto* change = std::get_if<Change>(&entry)) return change->target;
    return std::nullopt;
}

int number_of(const Entry& entry) {
    if (const auto* change = std::get_if<Change>(&entry)) return std::stoi(change->content->str());
    return std::stoi(std::get<Post>(entry).content.str());
}

std::vector<int> numbers_of(const std::vector<WaitingPtr>& entries) {
    std::vector<int> numbers;
    for (const auto& waiting : entries) numbers.push_back(number_of(waiting->entry));
    return numbers;
}

constexpr AppendQueueLimits wide{
    .entries = 100'000, .bytes = 1 << 30, .answer_within = std::chrono::hours(1)};

// A queue on a core, whose callers are nobody.
class Queue {
public:
    explicit Queue(const AppendQueueLimits& limits = wide) {
        cores_.call([&] { queue_.emplace(limits); });
    }
    ~Queue() {
        cores_.call([&] { queue_.reset(); });
    }
    WaitingPtr add(Entry entry) {
        WaitingPtr waiting;
        cores_.call([&] { waiting = queue_->add(std::move(entry), std::noop_coroutine()); });
        return waiting;
    }
    // Adds while there is room; how many.
    int fill(const Entry& entry) {
        int added = 0;
        cores_.call([&] {
            for (; queue_->has_room_for(entry); ++added) queue_->add(entry, std::noop_coroutine());
        });
        return added;
    }
    std::vector<WaitingPtr> take(std::size_t most) { return queue_->take_batch(most); }
    std::vector<int> take_numbers(std::size_t most) {
        const auto numbers = numbers_of(take(most));
        queue_->batch_is_done();
        return numbers;
    }
    // Whether such a post was under way.
    bool refuse_posts_of(std::int64_t author) {
        const auto refusal = [author](const Entry& entry) -> std::optional<Errc> {
            if (std::get<Post>(entry).author.id != UserId{author}) return std::nullopt;
            return Errc::unauthorized;
        };
        bool is_under_way = false;
        cores_.call([&] { is_under_way = queue_->refuse(refusal); });
        return is_under_way;
    }
    [[nodiscard]] AppendQueue& operator*() noexcept { return *queue_; }
    [[nodiscard]] AppendQueue* operator->() noexcept { return &*queue_; }
    [[nodiscard]] test::RunningCores& cores() noexcept { return cores_; }

private:
    test::RunningCores cores_;
    std::optional<AppendQueue> queue_;
};

// What left a queue, batch after batch.
struct Left {
    int last_post = -1;
    std::map<Seq, int> last_change;
    std::set<int> numbers;

    void check(const std::vector<WaitingPtr>& batch) {
        std::set<Seq> changed;
        for (const auto& waiting : batch) {
            const auto number = number_of(waiting->entry);
            REQUIRE(numbers.insert(number).second);
            const auto target = target_of(waiting->entry);
            if (!target) {
                REQUIRE(last_post < number);
                last_post = number;
                continue;
            }
            REQUIRE(changed.insert(*target).second);
            const auto [last, is_first] = last_change.try_emplace(*target, -1);
            REQUIRE(last->second < number);
            last->second = number;
        }
    }
};

}  // namespace

TEST_CASE("posts leave in their order, each message's changes in theirs, one a batch, and nothing is lost") {
    std::mt19937 random(20260131);
    for (int round = 0; round < 100; ++round) {
        Queue queue;
        Left left;
        const auto messages = std::uniform_int_distribution<Seq>{1, 12}(random);
        const auto most = std::uniform_int_distribution<std::size_t>{1, 10}(random);
        std::map<Seq, int> waiting_changes;
        int added = 0;
        while (added < 300 || !queue->empty()) {
            for (auto more = random() % 12; more > 0 && added < 300; --more) {
                const auto target = 1 + static_cast<Seq>(random()) % messages;
                const bool is_post = random() % 3 == 0;
                if (!is_post) ++waiting_changes[target];
                queue.add(is_post ? post(added) : edit(target, added));
                ++added;
            }
            if (queue->empty()) continue;
            const auto batch = queue.take(most);
            REQUIRE(batch.size() <= most);
            left.check(batch);
            for (const auto& taken : batch)
                if (const auto target = target_of(taken->entry)) --waiting_changes[*target];
            // What stays behind in a batch that has room is further changes of what it changes.
            const auto further = [&](const auto& of) {
                return of.second > 0 && std::ranges::none_of(batch, [&](const WaitingPtr& taken) {
                           return target_of(taken->entry) == of.first;
                       });
            };
            if (batch.size() < most) REQUIRE(std::ranges::none_of(waiting_changes, further));
            queue->batch_is_done();
        }
        REQUIRE(left.numbers.size() == 300);
    }
}

TEST_CASE("a flood of changes of one message holds up neither posts nor changes of other messages") {
    Queue queue;
    for (int i = 0; i < 9'000; ++i) queue.add(edit(5, i));
    queue.add(post(9'001));
    queue.add(edit(6, 9'002));
    CHECK(queue.take_numbers(10) == std::vector{0, 9'001, 9'002});
    queue.add(post(9'003));
    CHECK(queue.take_numbers(10) == std::vector{1, 9'003});
    CHECK(queue.take_numbers(10) == std::vector{2});
}

// The changes of ten messages, with others behind each at all times, in batches of ten.
TEST_CASE("a post waits for no change that came after it, but for those in the next places") {
    Queue queue;
    int number = 0;
    const auto flood = [&] {
        for (Seq target = 1; target <= 10; ++target) queue.add(edit(target, number++));
    };
    flood();
    flood();
    const auto its_number = number++;
    queue.add(post(its_number));
    flood();
    CHECK(std::ranges::count(queue.take_numbers(10), its_number) == 0);
    flood();
    CHECK(std::ranges::count(queue.take_numbers(10), its_number) == 1);
}

TEST_CASE("past the limit of entries there is no room, also not behind a change of the same message") {
    auto limits = wide;
    limits.entries = 3;
    Queue queue(limits);
    CHECK(queue.fill(edit(1, 1)) == 3);
    CHECK_FALSE(queue->has_room_for(post(1)));
    queue.take(10);
    CHECK(queue->has_room_for(post(1)));
    CHECK(queue.fill(post(1)) == 1);
    queue->batch_is_done();
    CHECK_FALSE(queue->has_room_for(post(1)));
}

TEST_CASE("all texts of an entry count against the limit of bytes") {
    auto entry = std::get<Post>(post(1));
    entry.room.name = std::string(100, 'r');
    entry.author.name = std::string(200, 'a');
    entry.content = *MessageContent::from(std::string(3'000, 'c'));
    entry.metadata = JsonObject::trusted("{" + std::string(498, ' ') + "}");
    entry.client_id = ClientId("0123456789");
    const auto bytes = std::string("room-1").size() + 100 + 200 + 3'000 + 500 + 10;
    auto limits = wide;
    limits.bytes = bytes;
    CHECK(Queue(limits)->has_room_for(entry));
    limits.bytes = bytes - 1;
    CHECK_FALSE(Queue(limits)->has_room_for(entry));
    limits.bytes = 3'006;
    const Change change{.room = room(1), .target = 1, .content = entry.content};
    CHECK(Queue(limits)->has_room_for(change));
    limits.bytes = 3'005;
    CHECK_FALSE(Queue(limits)->has_room_for(change));
    limits.bytes = 6;
    CHECK(Queue(limits)->has_room_for(Change{.room = room(1), .target = 1, .content = std::nullopt}));
}

TEST_CASE("what is under way counts against the limit of bytes until it is done") {
    auto limits = wide;
    limits.bytes = 100;  // ten times "room-1", "Ann" and a digit
    Queue queue(limits);
    CHECK(queue.fill(post(1)) == 10);
    queue.take(4);
    CHECK_FALSE(queue->has_room_for(post(1)));
    queue->batch_is_done();
    CHECK(queue.fill(post(1)) == 4);
}

TEST_CASE("what was refused takes no room any more") {
    auto limits = wide;
    limits.bytes = 100;
    limits.entries = 10;
    Queue queue(limits);
    CHECK(queue.fill(post(1)) == 10);
    queue.cores().call([&] { queue->refuse([](const Entry&) { return Errc::unauthorized; }); });
    CHECK(queue->empty());
    CHECK(queue.fill(post(1)) == 10);
}

TEST_CASE("what waited too long takes no room any more, also behind another change, and is unavailable") {
    auto limits = wide;
    limits.bytes = 70;
    limits.entries = 10;
    limits.answer_within = 1ms;
    Queue queue(limits);
    const auto behind = [&] {
        queue.add(edit(1, 1));
        return queue.add(edit(1, 2));
    }();
    CHECK(queue.fill(edit(1, 3)) == 8);
    queue.cores().wait_until([&] { return queue->empty(); });
    CHECK(behind->is_answered());
    CHECK_THROWS_AS(std::rethrow_exception(behind->failure), db::Unavailable);
    CHECK(queue.fill(post(1)) == 7);
}

TEST_CASE("a change steps up when the one before it is refused") {
    Queue queue;
    const auto first = queue.add(edit(5, 1));
    const auto second = queue.add(edit(5, 2));
    const auto third = queue.add(edit(5, 3));
    const auto other = queue.add(post(4));
    queue.cores().call([&] {
        const bool is_under_way = queue->refuse([](const Entry& entry) -> std::optional<Errc> {
            if (number_of(entry) > 2) return std::nullopt;
            return Errc::message_not_found;
        });
        CHECK_FALSE(is_under_way);
    });
    REQUIRE(first->is_answered());
    REQUIRE(second->is_answered());
    CHECK(second->outcome->error().errc() == Errc::message_not_found);
    CHECK_FALSE(third->is_answered());
    CHECK(queue.take_numbers(10) == std::vector{4, 3});
    CHECK(queue->empty());
    queue.add(edit(5, 5));
    CHECK(queue.take_numbers(10) == std::vector{5});
}

TEST_CASE("whether what is refused is under way is told until the batch is done") {
    Queue queue;
    queue.add(post(1, 7));
    const auto waiting = queue.add(post(2, 7));
    const auto other = queue.add(post(3, 8));
    queue.take(1);
    CHECK(queue.refuse_posts_of(7));
    CHECK(waiting->is_answered());
    CHECK_FALSE(other->is_answered());
    CHECK_FALSE(queue.refuse_posts_of(8));
    CHECK(other->is_answered());
    queue->batch_is_done();
    CHECK_FALSE(queue.refuse_posts_of(7));
}

TEST_CASE("two batches may be under way; the first one taken is done first") {
    auto limits = wide;
    limits.bytes = 100;
    Queue queue(limits);
    CHECK(queue.fill(post(1, 7)) == 10);
    queue.take(4);
    queue.take(6);
    queue->batch_is_done();
    CHECK(queue.fill(post(1, 8)) == 4);
    CHECK(queue.refuse_posts_of(7));
    queue->batch_is_done();
    CHECK_FALSE(queue.refuse_posts_of(7));
}

}  // namespace roost::messages
