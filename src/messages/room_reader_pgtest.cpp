#include "messages/room_reader.hpp"

#include "messages/home.hpp"
#include "support/message_log.hpp"

#include <doctest/doctest.h>

#include <random>
#include <thread>

namespace roost::messages {
namespace {

// A home with as much memory as it is given.
struct Fixture {
    explicit Fixture(std::size_t memory_bytes = std::size_t{1} << 20)
        : pool(core, database.options(), 2),
          home(core, database.options(), *pool, hubs[0], LogWriterLimits(), memory_bytes) {
        hubs[0].connect(hubs);
    }

    template <class AnyEntry>
    Result<Posted> append(AnyEntry entry) {
        return core.run([&] { return home->writer.append(std::move(entry)); });
    }
    std::string latest(std::int64_t room, std::size_t limit = latest_messages) {
        const auto history = core.run([&] { return home->reader.latest(test::room(room), limit); });
        return fmt::format("{} of {}: {}", history.seq, history.room.value(), history.messages.text());
    }
    std::string since(std::int64_t room, Seq place) {
        const auto missed = core.run([&] { return home->reader.since(test::room(room), place); });
        return fmt::format("{} {}: {}", missed.seq, missed.complete ? "complete" : "cut",
                           missed.messages.text());
    }
    void listen(std::int64_t room, test::Listener& listener) {
        held.listen(core.cores()[0], hubs[0], "messages:" + test::room(room).slug.str(), listener);
        core.run([&] { return hubs[0].subscribe(listener); });
    }
    void forget(std::int64_t room) {
        core.call([&] { home->memory.forget(RoomId{room}); });
    }

    test::LogDatabase database;
    test::OneCore core;
    net::PerCore<pubsub::Hub> hubs{core.cores(), [this](net::Core& on) {
                                       return std::make_unique<pubsub::Hub>(core.cores(), on,
                                                                            test::encode_for_listener);
                                   }};
    test::HeldTopics held;
    test::OnCore<db::Pool> pool;
    test::OnCore<Home> home;
};

// A random post, edit or deletion in rooms 1 to `rooms`.
void append_one(Fixture& fixture, std::mt19937& random, std::int64_t rooms, std::vector<MessageId>& posted) {
    const auto kind = random() % 4;
    if (posted.empty() || kind < 2) {
        const auto room = 1 + static_cast<std::int64_t>(random()) % rooms;
        posted.push_back(fixture.append(test::post_to(room, fmt::format("text {}", random())))->message.id);
    } else if (const auto id = posted[random() % posted.size()]; kind == 2) {
        fixture.append(test::edit_of(id, fmt::format("edit {}", random())));
    } else {
        fixture.append(test::deletion_of(id));
    }
}

}  // namespace

TEST_CASE("what is read from memory is what is read from the database, after anything") {
    for (unsigned seed = 1; seed <= 3; ++seed) {
        std::mt19937 random(seed);
        Fixture fixture(seed == 1 ? 4'096 : std::size_t{1} << 20);  // with little memory rooms come and go
        std::vector<MessageId> posted;
        for (int step = 0; step < 150; ++step) {
            append_one(fixture, random, 3, posted);
            if (random() % 3 > 0) continue;
            const auto room = 1 + static_cast<std::int64_t>(random() % 3);
            const auto counter = fixture.database.number(
                fmt::format("select coalesce(max(seq), 0) from messages where room_id = {}", room));
            const auto place = static_cast<Seq>(random()) % (counter + 2);
            const std::size_t limit = 1 + random() % latest_messages;
            const auto remembered = fixture.latest(room, limit);
            const auto remembered_since = fixture.since(room, place);
            fixture.forget(room);
            CHECK(fixture.latest(room, limit) == remembered);
            fixture.forget(room);
            CHECK(fixture.since(room, place) == remembered_since);
        }
    }
}

TEST_CASE("the newest messages and changes of a room in use need no database") {
    Fixture fixture;
    fixture.append(test::post_to(1, "one"));
    fixture.append(test::post_to(1, "two"));
    const auto latest = fixture.latest(1);
    const auto since = fixture.since(1, 1);
    fixture.core.call([&] { fixture.pool->close(); });
    CHECK(fixture.latest(1) == latest);
    CHECK(fixture.since(1, 1) == since);
    fixture.append(test::edit_of({RoomId{1}, 1}, "changed"));
    CHECK(fixture.latest(1).find("changed") != std::string::npos);
    CHECK(fixture.since(1, 2).find("changed") != std::string::npos);
    CHECK_THROWS_AS(fixture.latest(2), db::Unavailable);
}

TEST_CASE("of many who want a room at once one reads it") {
    Fixture fixture;
    for (int i = 1; i <= 60; ++i) fixture.database.insert_of_another(1, i, fmt::format("text {}", i));
    auto answers = fixture.core.start_all(
        50, [&fixture](std::size_t) { return fixture.home->reader.latest(test::room(1), latest_messages); });
    std::vector<History> histories;
    for (auto& answer : answers) histories.push_back(test::outcome_of(answer));
    // The very same text, made once.
    for (const auto& history : histories) {
        CHECK(history.first == 11);
        CHECK(history.messages.text().data() == histories.front().messages.text().data());
    }
}

TEST_CASE("a row of another writer between a reading and the first post here is told of") {
    for (const bool plainly : {true, false}) {
        Fixture fixture;
        fixture.database.insert_of_another(1, 1, "one");
        test::Listener listener;
        fixture.listen(1, listener);
        if (plainly) CHECK(fixture.latest(1).starts_with("1 of 1"));
        else CHECK(fixture.since(1, 0).starts_with("1 complete"));
        fixture.database.insert_of_another(1, 2, "late");
        fixture.append(test::post_to(1, "three"));
        CHECK(listener.places == std::vector<std::int64_t>{2, 3});
        CHECK(fixture.latest(1).find("late") != std::string::npos);
        CHECK(fixture.since(1, 1).find("late") != std::string::npos);
    }
}

namespace {

// Between a reading that is under way and its answer: another process's row, and this writer's first look.
Task<Missed> overtaken(Fixture& fixture, std::string before) {
    const auto was_read = fmt::format(
        "select exists (select from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid() and state = 'idle' and query_start > '{}')",
        before);
    while (fixture.database.one(was_read) != "t") std::this_thread::yield();
    fixture.database.insert_of_another(1, 2, "late");
    fixture.home->sequencer.follow(RoomId{1}, 2);
    return fixture.home->reader.since(test::room(1), 0);
}

}  // namespace

TEST_CASE("a row of another writer between a reading and the first look of the writer here is read") {
    Fixture fixture;
    fixture.database.insert_of_another(1, 1, "one");
    fixture.latest(2);  // now there is a connection
    const auto before = fixture.database.one("select clock_timestamp()");
    auto answers = fixture.core.start_all(2, [&](std::size_t i) {
        if (i == 0) return fixture.home->reader.since(test::room(1), 0);
        return overtaken(fixture, before);
    });
    for (auto& answer : answers) {
        const auto missed = test::outcome_of(answer);
        CHECK(missed.seq == 2);
        CHECK(missed.messages.text().find("late") != std::string_view::npos);
    }
}

TEST_CASE("what lags behind what was told is not remembered") {
    Fixture fixture;
    fixture.database.insert_of_another(1, 1, "one");
    fixture.core.call([&] { fixture.home->sequencer.follow(RoomId{1}, 2); });
    CHECK(fixture.latest(1).starts_with("1 of 1"));
    fixture.database.insert_of_another(1, 2, "late");
    CHECK(fixture.latest(1).starts_with("2 of 1"));
}

TEST_CASE("a place that the room never had gives all, and says that nothing continues") {
    Fixture fixture;
    fixture.append(test::post_to(1, "one"));
    const auto all = fixture.since(1, 0);
    for (const Seq place : {2, 100, 1'000'000}) {
        auto missed = fixture.since(1, place);
        CHECK(missed.replace(missed.find("cut"), 3, "complete") == all);
    }
}

TEST_CASE("more than 1,000 changes are cut, from memory and from the database alike") {
    Fixture fixture;
    fixture.database.admin.exec(
        "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, writer) "
        "select 1, n, n, 7, 'Ann', 'text ' || n, 1 from generate_series(1, 1200) as n");
    const auto cut = fixture.since(1, 5);
    CHECK(cut.starts_with("1200 cut: "));
    CHECK(cut.find("\"text 201\"") != std::string::npos);
    CHECK(cut.find("\"text 200\"") == std::string::npos);
    CHECK(fixture.since(1, 5) == cut);  // now from memory
    CHECK(fixture.since(1, 200).starts_with("1200 complete: "));
    CHECK(fixture.since(1, 199) == cut);
}

TEST_CASE(
    "far behind the counter is cut as well: a message that changed often makes places and no messages") {
    Fixture fixture;
    fixture.database.admin.exec(
        "insert into messages (room_id, seq, target_seq, changed_seq, author_id, author_name, content, "
        "writer) "
        "select 1, n, case when n > 2 then 1 end, case when n = 1 then 11000 else n end, "
        "case when n <= 2 then 7 end, case when n <= 2 then 'Ann' end, case when n <= 2 then 'text' end, 1 "
        "from generate_series(1, 11000) as n");
    const auto cut = fixture.since(1, 1);
    CHECK(cut.starts_with("11000 cut: "));
    CHECK(cut.find(R"("id":"1-1")") != std::string::npos);
    CHECK(cut.find(R"("id":"1-2")") == std::string::npos);
    CHECK(fixture.since(1, 1) == cut);
    CHECK(fixture.since(1, 1'000).starts_with("11000 complete: "));
}

TEST_CASE("a room that was removed is not remembered, one that somebody left is") {
    Fixture fixture;
    net::PerCore<Home> homes(fixture.core.cores(), [&fixture](net::Core&) {
        return std::make_unique<Home>(fixture.database.options(), *fixture.pool, fixture.hubs[0],
                                      LogWriterLimits(), std::size_t{1} << 20);
    });
    const auto append = [&homes] { return homes[0].writer.append(test::post_to(1, "one")); };
    CHECK(fixture.core.run(append)->is_new);
    const auto lose = [&](rooms::AccessLost lost) {
        const auto turned_away = [&] {
            return turn_away(fixture.core.cores(), homes, RoomId{1}, std::move(lost));
        };
        fixture.core.run(turned_away);
        return fixture.core.call([&homes] { return homes[0].memory.rooms(); });
    };
    const auto slug = test::room(1).slug;
    CHECK(lose({slug, UserId{9}, {}}) == 1);
    CHECK(lose({slug, std::nullopt, {UserId{7}}}) == 1);
    CHECK(lose({slug, std::nullopt, {}}) == 0);
}

}  // namespace roost::messages
