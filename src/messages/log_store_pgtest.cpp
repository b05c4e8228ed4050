#include "messages/log_store.hpp"

#include "support/row_count.hpp"

#include <doctest/doctest.h>

namespace roost::messages {
namespace {

struct Fixture {
    // As one batch; numbered from behind `counter`.
    void append(const Entry& entry, Seq counter) {
        Batch batch({&entry});
        batch.number([counter](RoomId) { return counter; });
        const auto append = [&] { return store.append(batch, Timestamp::now()); };
        core.run(append);
    }
    template <class Read>
    void run(Read read) {
        core.run(read);
    }

    test::LogDatabase database;
    test::OneCore core;
    test::OnCore<db::Connection> connection{core, database.options()};
    LogStore store{*connection, 5};
};

}  // namespace

TEST_CASE("what was done often with an almost empty log costs no more when it has grown") {
    Fixture fixture;
    Seq counter = 0;
    const Entry post = test::post_to(1, "text", "one");
    fixture.append(post, counter++);
    const Entry edit = test::edit_of({RoomId{1}, 1}, "better");
    const Batch retried({&post}), edited({&edit});
    const auto everything = [&] {
        fixture.append(edit, counter++);
        fixture.run([&] { return fixture.store.find_stored(retried); });
        fixture.run([&] { return fixture.store.find_targets(edited); });
        fixture.run([&] { return fixture.store.counters({RoomId{1}}); });
        fixture.run([&] { return fixture.store.range(test::room(1).slug, RoomId{1}, counter - 3, counter); });
    };
    // Often enough for PostgreSQL to make plans that it keeps.
    for (int i = 0; i < 8; ++i) everything();
    test::fill_log(fixture.database, 2, 50'000);
    test::RowCount rows(fixture.database, fixture.core, *fixture.connection);
    everything();
    CHECK(rows() <= 50);
}

}  // namespace roost::messages
