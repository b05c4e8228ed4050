#include "messages/log_writer.hpp"

#include "support/message_log.hpp"

#include <doctest/doctest.h>

#include <set>

namespace roost::messages {
namespace {

// Appends, and says whether the listener had the message before the answer came.
Task<std::pair<Posted, bool>> append_and_look(LogWriter& writer, test::Listener& listener, Post post) {
    const auto posted = co_await writer.append(std::move(post));
    std::pair outcome{*posted, listener.has(posted->message.seq)};
    co_return outcome;
}

Posted posted_by(std::future<Result<Posted>>& answer) {
    return *test::outcome_of(answer);
}

// The outcomes in the order of the posts.
std::vector<Posted> append_all(test::LogNode& node, const std::vector<Post>& posts) {
    auto answers =
        node.core.start_all(posts.size(), [&](std::size_t i) { return node.writer->append(posts[i]); });
    std::vector<Posted> outcomes;
    for (auto& answer : answers) outcomes.push_back(posted_by(answer));
    return outcomes;
}

}  // namespace

TEST_CASE("500 posts at once to five rooms are numbered without a hole, broadcast in order, then answered") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    std::array<test::Listener, 5> listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i)
        node.listen(static_cast<std::int64_t>(i) + 1, listeners[i]);
    auto answers = node.core.start_all(500, [&](std::size_t i) {
        auto post = test::post_to(static_cast<std::int64_t>(i % 5) + 1, fmt::format("text {}", i));
        return append_and_look(*node.writer, listeners[i % 5], std::move(post));
    });
    std::set<std::pair<RoomId, Seq>> places;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto [posted, was_heard_before] = test::outcome_of(answers[i]);
        const auto& message = posted.message;
        CHECK(was_heard_before);
        CHECK(posted.is_new);
        CHECK(message.content == fmt::format("text {}", i));
        CHECK(message.id == MessageId{RoomId{static_cast<std::int64_t>(i % 5) + 1}, message.seq});
        CHECK(message.changed_seq == message.seq);
        // Posted in one turn: in their order.
        CHECK(message.seq == static_cast<Seq>(i / 5) + 1);
        CHECK(places.emplace(message.id.room, message.seq).second);
        REQUIRE(database.content_of(message.id.room.value(), message.seq) == message.content);
    }
    CHECK(database.number("select count(*) from messages") == 500);
    CHECK(database.rooms_with_holes() == 0);
    for (const auto& listener : listeners) {
        CHECK(listener.places.size() == 100);
        CHECK(listener.has_no_hole());
    }
    CHECK(listeners[2].payloads.at(0).find(R"("content":"text 2")") != std::string::npos);
}

TEST_CASE("a message is stored and answered with all that was posted, and so it is broadcast") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    test::Listener listener;
    node.listen(1, listener);
    auto post = test::post_to(1, "h\u00e9llo \"quoted\" \\ \U0001F600");
    post.metadata = JsonObject::trusted(R"({"b": 1, "a": [null]})");
    post.client_id = ClientId("id-1");
    const auto message = node.append(post)->message;
    CHECK(message.content == post.content.str());
    CHECK(message.metadata == post.metadata);
    CHECK(message.user.id == UserId{7});
    CHECK(message.room.str() == "room-1");
    CHECK_FALSE(message.deleted_at.has_value());
    CHECK(listener.payloads.at(0).starts_with(R"({"message":{)"));
    CHECK(listener.payloads.at(0).find(R"("id":"1-1")") != std::string::npos);
    CHECK(listener.payloads.at(0).find(R"("metadata":{"b": 1, "a": [null]})") != std::string::npos);

    const auto rows = database.admin.query(
        "select content, metadata::text, author_id, author_name, client_id, target_seq, "
        "(extract(epoch from inserted_at) * 1000000)::bigint, updated_at = inserted_at, deleted_at from "
        "messages");
    CHECK(rows.at(0) == db::TextRow{post.content.str(), R"({"b": 1, "a": [null]})", "7", "Ann", "id-1",
                                    std::nullopt, std::to_string(message.inserted_at.unix_us()), "t",
                                    std::nullopt});
}

TEST_CASE("a writer goes on behind what was stored before it, which nobody hears again") {
    test::LogDatabase database;
    database.insert_of_another(1, 1, "old");
    database.insert_of_another(1, 2, "older");
    test::LogNode node(database.options());
    test::Listener listener;
    node.listen(1, listener);
    CHECK(node.append(test::post_to(1, "new"))->message.seq == 3);
    CHECK(listener.places == std::vector<std::int64_t>{3});
}

TEST_CASE(
    "a post repeated later is answered with the stored message, and neither stored nor broadcast again") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    test::Listener listener;
    node.listen(1, listener);
    const auto first = node.append(test::post_to(1, "first", "a"));
    const auto again = node.append(test::post_to(1, "other", "a"));
    const auto next = node.append(test::post_to(1, "next"));
    CHECK(first->is_new);
    CHECK_FALSE(again->is_new);
    CHECK(again->message.id == first->message.id);
    CHECK(again->message.content == "first");
    CHECK(again->message.inserted_at == first->message.inserted_at);
    CHECK(next->message.seq == 2);
    CHECK(listener.has_no_hole());
    CHECK(listener.places.size() == 2);
}

TEST_CASE("of equal client ids in one batch one is stored and all are answered with it") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    // The first one is a batch of its own, while which the others gather.
    const auto outcomes =
        append_all(node, {test::post_to(1, "before"), test::post_to(1, "first", "a"),
                          test::post_to(1, "second", "a"), test::post_to(1, "between"),
                          test::post_to(1, "third", "a"), test::post_to(2, "elsewhere", "a")});
    std::vector<Seq> seqs;
    std::vector<bool> are_new;
    for (const auto& posted : outcomes) {
        seqs.push_back(posted.message.seq);
        are_new.push_back(posted.is_new);
    }
    CHECK(seqs == std::vector<Seq>{1, 2, 2, 3, 2, 1});
    CHECK(are_new == std::vector{true, true, false, true, false, true});
    for (const auto i : {1U, 2U, 4U}) CHECK(outcomes[i].message.content == "first");
    CHECK(database.number("select count(*) from messages") == 4);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("in a batch of new and repeated posts each is answered as what it is, without a hole") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    node.append(test::post_to(1, "a", "a"));
    node.append(test::post_to(2, "b", "b"));
    const auto outcomes =
        append_all(node, {test::post_to(3, "lead"), test::post_to(1, "c"), test::post_to(1, "x", "a"),
                          test::post_to(2, "d"), test::post_to(2, "y", "b"), test::post_to(1, "z", "a"),
                          test::post_to(1, "e", "e"), test::post_to(3, "f")});
    std::string said;
    for (const auto& posted : outcomes)
        said += fmt::format("{}={}{} ", posted.message.id.str(), posted.message.content,
                            posted.is_new ? "!" : "");
    CHECK(said == "3-1=lead! 1-2=c! 1-1=a 2-2=d! 2-1=b 1-1=a 1-3=e! 3-2=f! ");
    CHECK(database.number("select count(*) from messages") == 7);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("the same client id of another author is another message") {
    test::LogDatabase database;
    test::LogNode node(database.options());
    auto other = test::post_to(1, "other", "a");
    other.author = {UserId{8}, "Bob"};
    CHECK(node.append(test::post_to(1, "first", "a"))->message.seq == 1);
    CHECK(node.append(other)->message.seq == 2);
}

TEST_CASE("a row that PostgreSQL refuses fails alone, wherever it stands in its batch") {
    test::LogDatabase database;
    database.admin.exec("alter table messages add constraint no_poison check (content <> 'poison')");
    for (const std::int64_t where : {0, 1, 25, 49}) {
        test::LogNode node(database.options());
        test::Listener listener;
        const std::int64_t room = 100 + where;
        node.listen(room, listener);
        // Another room's post goes first, so that the 50 are one batch.
        auto answers = node.core.start_all(51, [&](std::size_t i) {
            const bool is_lead = i == 0;
            const auto content =
                static_cast<std::int64_t>(i) == where + 1 ? "poison" : fmt::format("text {}", i);
            return node.writer->append(test::post_to(is_lead ? 1 : room, is_lead ? "lead" : content));
        });
        Seq seq = 0;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (static_cast<std::int64_t>(i) == where + 1)
                CHECK_THROWS_AS(test::outcome_of(answers[i]), db::Error);
            else if (i > 0) CHECK(posted_by(answers[i]).message.seq == ++seq);
            else CHECK(posted_by(answers[i]).is_new);
        }
        CHECK(listener.places.size() == 49);
        CHECK(listener.has_no_hole());
        CHECK(node.append(test::post_to(room, "after"))->message.seq == 50);
    }
    CHECK(database.number("select count(*) from messages where room_id > 1") == 200);
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("a bad row among equal client ids takes no other message with it") {
    test::LogDatabase database;
    database.admin.exec("alter table messages add constraint no_poison check (content <> 'poison')");
    test::LogNode node(database.options());
    const std::vector<Post> posts{test::post_to(2, "lead"), test::post_to(1, "poison", "a"),
                                  test::post_to(1, "b", "b"), test::post_to(1, "c", "b"),
                                  test::post_to(1, "d", "a")};
    auto answers =
        node.core.start_all(posts.size(), [&](std::size_t i) { return node.writer->append(posts[i]); });
    CHECK(posted_by(answers[0]).is_new);
    CHECK_THROWS_AS(test::outcome_of(answers[1]), db::Error);
    CHECK(posted_by(answers[2]).message.seq == 1);
    CHECK(posted_by(answers[3]).message.content == "b");
    CHECK_FALSE(node.append(test::post_to(1, "e", "b"))->is_new);
    CHECK(posted_by(answers[4]).message.content == "d");
    CHECK(database.rooms_with_holes() == 0);
}

TEST_CASE("past the limit of waiting posts one more is refused, and those that wait are stored") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.waiting_entries = 3;
    test::LogNode node(database.options(), limits);
    database.admin.exec("begin; lock table messages in exclusive mode");
    auto answers = node.core.start_all(
        6, [&](std::size_t i) { return node.writer->append(test::post_to(1, fmt::format("text {}", i))); });
    // One is under way, three wait.
    for (const auto i : {4U, 5U}) CHECK(test::outcome_of(answers[i]).error().errc() == Errc::overloaded);
    database.admin.exec("commit");
    for (const auto i : {0U, 1U, 2U, 3U}) CHECK(posted_by(answers[i]).message.seq == static_cast<Seq>(i) + 1);
    CHECK(database.number("select count(*) from messages") == 4);
}

TEST_CASE("past the limit of bytes that wait or are under way one more is refused, and small ones are not") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.waiting_bytes = 6'000;
    test::LogNode node(database.options(), limits);
    database.admin.exec("begin; lock table messages in exclusive mode");
    const auto long_post = [](char letter) { return test::post_to(1, std::string(2'500, letter)); };
    const std::vector<Post> posts{long_post('a'), long_post('b'), long_post('c'), test::post_to(1, "small")};
    auto answers =
        node.core.start_all(posts.size(), [&](std::size_t i) { return node.writer->append(posts[i]); });
    CHECK(test::outcome_of(answers[2]).error().errc() == Errc::overloaded);
    database.admin.exec("commit");
    for (const auto i : {0U, 1U, 3U}) CHECK(posted_by(answers[i]).is_new);
    CHECK(node.append(posts[2])->message.seq == 4);
}

TEST_CASE("a writer goes on in rooms whose counters it has forgotten") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.rows_per_batch = 1;
    limits.known_counters = 8;
    test::LogNode node(database.options(), limits);
    for (const Seq round : {1, 2, 3})
        for (std::int64_t room = 1; room <= 20; ++room)
            REQUIRE(node.append(test::post_to(room, "text"))->message.seq == round);
    CHECK(database.number("select count(*) from messages") == 60);
}

TEST_CASE("a writer that is alone in its rooms meets no conflict") {
    test::LogDatabase database;
    {
        test::LogNode node(database.options());
        for (int i = 0; i < 10; ++i)
            append_all(node, {test::post_to(1, "lead"), test::post_to(2, "a"), test::post_to(2, "b")});
    }
    // Rows that were refused count as well. A backend tells its numbers at its end.
    database.until("(select n_tup_ins from pg_stat_user_tables where relname = 'messages') >= 30");
    CHECK(database.number("select n_tup_ins from pg_stat_user_tables where relname = 'messages'") == 30);
}

TEST_CASE("more posts than a batch takes go in several batches") {
    test::LogDatabase database;
    LogWriterLimits limits;
    limits.rows_per_batch = 7;
    test::LogNode node(database.options(), limits);
    std::vector<Post> posts;
    for (int i = 0; i < 100; ++i) posts.push_back(test::post_to(1, fmt::format("text {}", i)));
    const auto outcomes = append_all(node, posts);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        CHECK(outcomes[i].message.seq == static_cast<Seq>(i) + 1);
    CHECK(database.rooms_with_holes() == 0);
}

}  // namespace roost::messages
