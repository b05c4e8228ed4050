// Callers who lose access to a room while their entries are on their way.
#include "messages/log_writer.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

using namespace std::chrono_literals;

constexpr UserId ann{7};
constexpr UserId bob{8};

rooms::AccessLost by(UserId user) {
    return {test::room(1).slug, user, {}};
}

rooms::AccessLost by_all_but(std::vector<UserId> members) {
    return {test::room(1).slug, std::nullopt, std::move(members)};
}

Post of_bob(Post post) {
    post.author = {bob, "Bob"};
    return post;
}

// What is sent stays under way until PostgreSQL may go on.
struct Fixture {
    explicit Fixture(const LogWriterLimits& limits = {}) : node(database.options(), limits) {
        database.insert_of_another(1, 1, "target");
        database.admin.exec("begin; lock table messages in exclusive mode");
    }
    void go_on() { database.admin.exec("commit"); }

    // The first of these is under way by itself, the others wait.
    std::vector<std::future<Result<Posted>>> start(const std::vector<Entry>& entries) {
        return node.core.start_all(entries.size(), [this, entries](std::size_t i) {
            return std::visit([this](const auto& entry) { return node.writer->append(entry); }, entries[i]);
        });
    }
    std::future<None> turn_away(rooms::AccessLost lost) {
        return node.core.start(
            [this, lost = std::move(lost)] { return node.writer->turn_away(RoomId{1}, lost); });
    }
    Change edit_by(std::optional<UserId> caller, const std::string& content) const {
        auto edit = test::edit_of({RoomId{1}, 1}, content);
        edit.caller = caller;
        return edit;
    }
    std::int64_t stored(const std::string& content) {
        return database.number(fmt::format("select count(*) from messages where content = '{}'", content));
    }

    test::LogDatabase database;
    test::LogNode node;
};

bool is_done(const std::future<None>& future) {
    return future.wait_for(0s) == std::future_status::ready;
}

Task<None> turn_away_twice(LogWriter& writer) {
    const RoomId room{1};
    co_await writer.turn_away(room, by(ann));
    co_return co_await writer.turn_away(room, by(bob));
}

}  // namespace

TEST_CASE(
    "what waits of a user in a room that is lost to them is refused, and what is under way waited for") {
    Fixture fixture;
    auto answers = fixture.start({test::post_to(1, "under way"), test::post_to(1, "waits"),
                                  fixture.edit_by(ann, "edit"), of_bob(test::post_to(1, "of another")),
                                  test::post_to(2, "elsewhere"), fixture.edit_by(bob, "edit of another")});
    auto turned_away = fixture.turn_away(by(ann));
    CHECK(test::outcome_of(answers[1]).error().errc() == Errc::room_not_found);
    CHECK(test::outcome_of(answers[2]).error().errc() == Errc::message_not_found);
    fixture.node.core.call([] {});
    CHECK_FALSE(is_done(turned_away));
    fixture.go_on();
    test::outcome_of(turned_away);
    CHECK(fixture.stored("under way") == 1);
    for (const auto i : {0U, 3U, 4U, 5U}) CHECK(test::outcome_of(answers[i]).has_value());
    CHECK(fixture.stored("waits") == 0);
    CHECK(fixture.database.content_of(1, 1) == "edit of another");
    CHECK(fixture.database.rooms_with_holes() == 0);
}

// On its way from another core when its author lost the room: looked up before, and there after.
TEST_CASE(
    "what was asked for before the loss is refused however late it comes, what was asked for later not") {
    Fixture fixture;
    fixture.go_on();
    auto late = test::post_to(1, "late");
    auto late_edit = fixture.edit_by(ann, "late");
    auto turned_away = fixture.turn_away(by(ann));
    test::outcome_of(turned_away);
    CHECK(fixture.node.append(late).error().errc() == Errc::room_not_found);
    CHECK(fixture.node.append(late_edit).error().errc() == Errc::message_not_found);
    CHECK(fixture.node.append(of_bob(late))->is_new);
    CHECK(fixture.node.append(test::post_to(1, "a member again"))->is_new);
    CHECK(fixture.node.append(fixture.edit_by(ann, "as well"))->is_new);
}

TEST_CASE("a room that becomes private refuses all that waits but for its members' and the server's own") {
    Fixture fixture;
    auto answers = fixture.start({of_bob(test::post_to(1, "under way")), test::post_to(1, "of a stranger"),
                                  of_bob(test::post_to(1, "of a member")),
                                  fixture.edit_by(std::nullopt, "by the server")});
    auto turned_away = fixture.turn_away(by_all_but({UserId{3}, bob}));
    // Nothing of a stranger is under way.
    test::outcome_of(turned_away);
    CHECK(test::outcome_of(answers[1]).error().errc() == Errc::room_not_found);
    fixture.go_on();
    for (const auto i : {0U, 2U, 3U}) CHECK(test::outcome_of(answers[i]).has_value());
    CHECK(fixture.stored("of a stranger") == 0);
}

TEST_CASE("a room that was removed refuses all that waits") {
    Fixture fixture;
    auto answers = fixture.start({test::post_to(1, "under way"), test::post_to(1, "of Ann"),
                                  of_bob(test::post_to(1, "of Bob")), test::post_to(2, "elsewhere")});
    auto turned_away = fixture.turn_away(by_all_but({}));
    for (const auto i : {1U, 2U}) CHECK(test::outcome_of(answers[i]).error().errc() == Errc::room_not_found);
    fixture.go_on();
    test::outcome_of(turned_away);
    CHECK(fixture.stored("under way") == 1);
    CHECK(test::outcome_of(answers[3]).has_value());
}

// Its caller has been told that nothing is known; it may be stored yet.
TEST_CASE("what is under way is waited for even if its caller no longer waits") {
    LogWriterLimits limits;
    limits.answer_within = 1ms;
    Fixture fixture(limits);
    auto answers = fixture.start({test::post_to(1, "under way")});
    CHECK_THROWS_AS(test::outcome_of(answers[0]), db::Unavailable);
    auto turned_away = fixture.turn_away(by(ann));
    fixture.node.core.call([] {});
    CHECK_FALSE(is_done(turned_away));
    fixture.go_on();
    test::outcome_of(turned_away);
    CHECK(fixture.stored("under way") == 1);
}

TEST_CASE("who waited for a batch may turn away others at once") {
    Fixture fixture;
    auto answers = fixture.start({test::post_to(1, "under way")});
    auto turned_away = fixture.node.core.start([&] { return turn_away_twice(*fixture.node.writer); });
    fixture.node.core.call([] {});
    fixture.go_on();
    test::outcome_of(turned_away);
    CHECK(test::outcome_of(answers[0]).has_value());
}

}  // namespace roost::messages
