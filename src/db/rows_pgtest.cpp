#include "db/rows.hpp"

#include "db/connection.hpp"
#include "support/cluster.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace roost::db {
namespace {

using namespace std::string_view_literals;

// What PostgreSQL makes of a statement's parameters.
Rows ask(const Statement& statement, const Params& params) {
    test::OneCore core;
    test::OnCore<Connection> connection(core, ConnectionOptions{.conninfo = test::empty_database()});
    return core.run([&] { return connection->query(statement, params); });
}

const Statement scalars{"scalars",
                        "SELECT $1::bigint, $2::bool, $3::text, $4::bytea, $5::json, $6::timestamptz"};

// In the text form that PostgreSQL itself writes, so that no fault on the way out undoes one on the way in.
const Statement as_texts{"as_texts",
                         "SELECT $1::bigint::text, $2::bool::text, $3::text, encode($4::bytea, 'hex'), "
                         "$5::json::text, ($6::timestamptz AT TIME ZONE 'UTC')::text"};

const Statement arrays{"arrays",
                       "SELECT $1::bigint[]::text, $2::text[]::text, $3::json[]::text, "
                       "coalesce(array_length($1::bigint[], 1), 0), $4::timestamptz[] = "
                       "ARRAY['1969-12-31T23:59:59.999999Z', NULL]::timestamptz[]"};

Params all_kinds(std::int64_t number, bool truth, std::string_view text, std::string_view bytes,
                 std::string_view json, Timestamp time) {
    return params(number, truth, text, Bytes{bytes}, Json{json}, time);
}

}  // namespace

TEST_CASE("PostgreSQL understands every kind of parameter as it was meant") {
    const auto rows = ask(as_texts, all_kinds(-42, true, "käse '\"\\", "\0\xff"sv, R"({"a": [1]})",
                                              Timestamp{-1}));  // a microsecond before 1970
    CHECK(rows.text(0, 0) == "-42");
    CHECK(rows.text(0, 1) == "true");
    CHECK(rows.text(0, 2) == "käse '\"\\");
    CHECK(rows.text(0, 3) == "00ff");
    CHECK(rows.text(0, 4) == R"({"a": [1]})");
    CHECK(rows.text(0, 5) == "1969-12-31 23:59:59.999999");
}

TEST_CASE("every kind of value comes back as it was sent") {
    for (const std::int64_t number :
         {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0}, std::int64_t{0x80},
          std::numeric_limits<std::int64_t>::max()}) {
        const Timestamp time{1'769'847'330'000'001};
        const auto rows = ask(scalars, all_kinds(number, false, "", "a\0b"sv, "{}", time));
        CHECK(rows.integer(0, 0) == number);
        CHECK_FALSE(rows.boolean(0, 1));
        CHECK_FALSE(rows.is_null(0, 2));
        CHECK(rows.text(0, 2).empty());
        CHECK(rows.text(0, 3) == "a\0b"sv);
        CHECK(rows.text(0, 4) == "{}");
        CHECK(rows.timestamp(0, 5) == time);
    }
    const Timestamp before_1970{-62'135'596'800'000'000};  // the year 1
    CHECK(ask(scalars, all_kinds(0, true, "", "", "[]", before_1970)).timestamp(0, 5) == before_1970);
}

TEST_CASE("a null comes back as null and as nothing") {
    Params nulls;
    nulls.add(std::optional<std::int64_t>{})
        .add(std::optional<bool>{})
        .add(std::optional<std::string_view>{});
    nulls.add(std::optional<Bytes>{}).add(std::optional<Json>{}).add(std::optional<Timestamp>{});
    const auto rows = ask(scalars, nulls);
    for (int column = 0; column < 6; ++column) CHECK(rows.is_null(0, column));
    CHECK(rows.maybe_integer(0, 0) == std::nullopt);
    CHECK(rows.maybe_text(0, 2) == std::nullopt);
    CHECK(rows.maybe_timestamp(0, 5) == std::nullopt);
}

TEST_CASE("what is there comes as something") {
    const auto rows = ask(scalars, all_kinds(-7, true, "x", "", "1", Timestamp{5}));
    CHECK(rows.maybe_integer(0, 0) == -7);
    CHECK(rows.maybe_text(0, 2) == "x");
    CHECK(rows.maybe_timestamp(0, 5) == Timestamp{5});
}

TEST_CASE("arrays keep their order, their nulls and what looks like syntax") {
    Array<std::int64_t> numbers;
    for (const std::int64_t number : {3, -1, 2}) numbers.add(number);
    Array<std::string_view> texts;
    texts.add("a,b"sv);
    texts.add(std::optional<std::string_view>{});
    texts.add("NULL"sv);
    texts.add(""sv);
    Array<Json> objects;
    objects.add(std::optional<Json>{});
    objects.add(Json{"{}"});
    Array<Timestamp> times;
    times.add(Timestamp{-1});
    times.add(std::optional<Timestamp>{});
    const auto rows = ask(arrays, params(numbers, texts, objects, times));
    CHECK(rows.text(0, 0) == "{3,-1,2}");
    CHECK(rows.text(0, 1) == R"({"a,b",NULL,"NULL",""})");
    CHECK(rows.text(0, 2) == R"({NULL,"{}"})");
    CHECK(rows.integer(0, 3) == 3);
    CHECK(rows.boolean(0, 4));
}

TEST_CASE("empty arrays are empty and not null") {
    const auto rows = ask(
        arrays, params(Array<std::int64_t>{}, Array<std::string_view>{}, Array<Json>{}, Array<Timestamp>{}));
    for (int column = 0; column < 3; ++column) CHECK(rows.text(0, column) == "{}");
    CHECK(rows.integer(0, 3) == 0);
}

TEST_CASE("smaller integers keep their sign") {
    static const Statement small{"small", "SELECT (-2)::int2, (-3)::int4, 40000::int4"};
    const auto rows = ask(small, {});
    CHECK(rows.integer(0, 0) == -2);
    CHECK(rows.integer(0, 1) == -3);
    CHECK(rows.integer(0, 2) == 40000);
}

TEST_CASE("a statement without a result says how many rows it touched") {
    static const Statement none{"none", "SELECT 1 WHERE false"};
    CHECK(ask(none, {}).empty());
    static const Statement three{"three", "SELECT generate_series(1, 3)"};
    CHECK(ask(three, {}).size() == 3);
    CHECK(ask(three, {}).affected() == 3);
}

}  // namespace roost::db
