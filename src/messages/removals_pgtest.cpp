#include "messages/removals.hpp"

#include "support/log_audit.hpp"
#include "support/lost_connections.hpp"
#include "support/message_world.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

using namespace std::chrono_literals;

// As the removal of an account leaves it.
void remove_account(test::MessageWorld& world, UserId user) {
    const auto id = std::to_string(user.value());
    world.database.admin.query("delete from users where id = $1", {id});
    world.database.admin.query("insert into removed_users (user_id) values ($1)", {id});
}

void tombstone_all_of(test::MessageWorld& world, UserId author) {
    world.run([&](Messages& all) { return all.tombstone_all_of(author); });
}

void finish_removals(test::MessageWorld& world) {
    world.run([](Messages& all) { return all.finish_removals(); });
}

// Many messages in the hall, every tenth one Meg's.
void fill_hall(test::LogDatabase& database, int count) {
    database.admin.query(
        "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, writer) "
        "select 2, n, n, case when n % 10 = 0 then 2 else 1 end, 'somebody', 'text', 1 "
        "from generate_series(1, $1::int) as n",
        {std::to_string(count)});
}

std::int64_t left_of(test::LogDatabase& database, UserId author) {
    return database.number("select count(*) from messages where author_id = " +
                           std::to_string(author.value()));
}

}  // namespace

TEST_CASE("a removed account's messages in all rooms become tombstones of nobody, each heard in its place") {
    test::MessageWorld world;
    test::Listener hall, den;
    world.listen(world.hall, hall);
    world.listen(world.den, den, 1);
    for (const auto& room : {world.hall, world.den, world.lobby}) {
        world.post(world.meg, room, "one");
        world.post(world.ann, room, "two");
        REQUIRE(world.edit(world.meg, world.post(world.meg, room, "three").id, "better").has_value());
    }
    remove_account(world, world.meg);
    tombstone_all_of(world, world.meg);

    CHECK(left_of(world.database, world.meg) == 0);
    CHECK(left_of(world.database, world.ann) == 3);
    CHECK(world.database.number("select count(*) from messages where deleted_at is not null") == 6);
    const auto tombstone = *world.find(world.ann, {RoomId{3}, 3});
    CHECK(tombstone.user == deleted_user());
    CHECK(tombstone.content.empty());
    CHECK(tombstone.changed_seq == 6);
    for (const auto* listener : {&hall, &den}) {
        CHECK(listener->events == std::vector<std::string>{"new_message", "new_message", "new_message",
                                                           "message_updated", "message_deleted",
                                                           "message_deleted"});
        CHECK(listener->has_no_hole());
    }
    CHECK(test::contradictions(world.database) == "");
    CHECK(test::contradictions(world.database, 2, hall) == "");
}

TEST_CASE("a message that was deleted before loses its author too, by a change that everybody hears of") {
    test::MessageWorld world;
    test::Listener listener;
    world.listen(world.hall, listener);
    const auto id = world.post(world.meg, world.hall, "one").id;
    const auto deleted = world.remove(world.ann, id);
    REQUIRE(deleted.has_value());
    const auto other = world.post(world.ann, world.hall, "two").id;
    REQUIRE(world.remove(world.ann, other).has_value());
    remove_account(world, world.meg);
    for (int i = 0; i < 2; ++i) {  // done again, it finds nothing more to do
        tombstone_all_of(world, world.meg);
        const auto tombstone = *world.find(world.ann, id);
        CHECK(tombstone.user == deleted_user());
        CHECK(tombstone.changed_seq == 5);
        CHECK(tombstone.deleted_at == deleted->deleted_at);
        CHECK(world.find(world.ann, other)->user.name == "Ann");
        CHECK(world.database.number("select count(*) from messages") == 5);
    }
    CHECK(listener.events.back() == "message_deleted");
    CHECK(listener.has_no_hole());
    CHECK(test::contradictions(world.database) == "");
}

TEST_CASE("a long log is done to its end, window by window") {
    test::MessageWorld world;
    fill_hall(world.database, 20'010);
    tombstone_all_of(world, world.meg);
    CHECK(left_of(world.database, world.meg) == 0);
    CHECK(world.database.number("select count(*) from messages where deleted_at is not null") == 2'001);
    CHECK(left_of(world.database, world.ann) == 20'010 - 2'001);
    CHECK(test::contradictions(world.database) == "");
}

TEST_CASE("it goes on when connections are lost in the middle") {
    test::MessageWorld world;
    fill_hall(world.database, 5'000);
    auto done = world.start([&](Messages& all) { return all.tombstone_all_of(world.meg); });
    for (int losses = 0; losses < 5; ++losses) {
        const auto before = left_of(world.database, world.meg);
        world.database.until("(select count(*) from messages where author_id = 2) < greatest(" +
                             std::to_string(before) + ", 1)");
        world.database.terminate_backends();
    }
    test::outcome_of(done);
    CHECK(left_of(world.database, world.meg) == 0);
    CHECK(world.database.number("select count(*) from messages where target_seq is not null") == 500);
    CHECK(test::contradictions(world.database) == "");
}

TEST_CASE("it goes on when the writer has too much to do") {
    LogWriterLimits limits;
    limits.waiting_entries = 60;
    test::MessageWorld world(limits);
    fill_hall(world.database, 1'000);
    tombstone_all_of(world, world.meg);
    CHECK(left_of(world.database, world.meg) == 0);
    CHECK(world.database.number("select count(*) from messages where target_seq is not null") == 100);
    CHECK(test::contradictions(world.database) == "");
}

TEST_CASE("a removal that the end of the process cut short is finished by the next one") {
    std::future<void> cut_short;
    std::shared_ptr<test::LogDatabase> database;
    {
        test::MessageWorld world;
        database = world.shared_database();
        fill_hall(*database, 5'000);
        remove_account(world, world.meg);
        cut_short = world.start([](Messages& all) { return all.finish_removals(); });
        database->until("exists (select from messages where seq > 5000)");
    }
    CHECK_THROWS_AS(test::outcome_of(cut_short), db::Unavailable);
    CHECK(left_of(*database, UserId{2}) > 0);
    CHECK(database->number("select count(*) from removed_users where tombstoned_at is null") == 1);

    test::MessageWorld later(database);
    finish_removals(later);
    CHECK(left_of(*database, UserId{2}) == 0);
    CHECK(database->number("select count(*) from messages where target_seq is not null") == 500);
    CHECK(database->number("select count(*) from removed_users where tombstoned_at is null") == 0);
    CHECK(test::contradictions(*database) == "");
}

TEST_CASE("every removed account that is not done yet is finished once") {
    test::MessageWorld world;
    const auto one = world.post(world.meg, world.hall, "one").id;
    const auto two = world.post(world.sam, world.lobby, "two").id;
    const auto three = world.post(world.ann, world.hall, "three").id;
    remove_account(world, world.meg);
    remove_account(world, world.sam);
    world.database.admin.exec(
        "insert into removed_users (user_id, tombstoned_at) values (1, '2026-01-31T00:00:00Z')");
    finish_removals(world);
    CHECK(world.find(std::nullopt, one)->deleted_at);
    CHECK(world.find(std::nullopt, two)->deleted_at);
    CHECK_FALSE(world.find(std::nullopt, three)->deleted_at);
    CHECK(world.database.number("select count(*) from removed_users where tombstoned_at is null") == 0);
    CHECK(world.database.number("select count(*) from removed_users where tombstoned_at < '2026-02-01'") ==
          1);
    finish_removals(world);
    CHECK(world.database.number("select count(*) from messages") == 5);
}

TEST_CASE("what comes while one call is at it is taken on by that call") {
    test::MessageWorld world;
    fill_hall(world.database, 3'000);
    const auto late = world.post(world.sam, world.lobby, "late").id;
    remove_account(world, world.meg);
    world.database.admin.exec("begin; lock table messages in exclusive mode");
    auto first = world.start([](Messages& all) { return all.finish_removals(); });
    db::BlockingConnection onlooker(world.database.conninfo);
    while (onlooker
               .query("select exists (select from pg_locks l join pg_stat_activity a using (pid) where not "
                      "granted and datname = current_database())")
               .at(0)
               .at(0) != "t")
        std::this_thread::yield();
    onlooker.exec("insert into removed_users (user_id) values (3)");
    finish_removals(world);
    CHECK(onlooker.query("select count(*) from removed_users where tombstoned_at is null").at(0).at(0) ==
          "2");
    world.database.admin.exec("commit");
    test::outcome_of(first);
    CHECK(world.find(std::nullopt, late)->deleted_at);
    CHECK(world.database.number("select count(*) from removed_users where tombstoned_at is null") == 0);
}

TEST_CASE("a removed account posts nothing any more, whatever was on its way") {
    test::MessageWorld world;
    world.post(world.meg, world.hall, "one");  // the name is remembered now
    remove_account(world, world.meg);
    tombstone_all_of(world, world.meg);
    const Draft draft{.room = world.hall,
                      .content = MessageContent("late"),
                      .metadata = std::nullopt,
                      .client_id = std::nullopt};
    const auto posted = world.run([&](Messages& all) { return all.post(world.meg, draft); });
    CHECK(test::outcome(posted) == "unauthorized");
    CHECK(world.post(world.ann, world.hall, "two").seq == 3);
}

}  // namespace roost::messages
