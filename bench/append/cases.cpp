#include "append/cases.hpp"

#include "append/append_load.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace roost::append_bench {
namespace {

constexpr std::array<std::size_t, 3> waiting{64, 256, 1'000};
constexpr std::array<std::size_t, 2> waiting_beside_indexes{256, 1'000};

Case copying(Database& database, const CopyOptions& options) {
    const auto start = [&database, options] {
        return std::make_unique<CopyLoad>(database.conninfo(), options);
    };
    const bool ids = options.has_client_ids;
    return {.name = ids ? "copy_with_client_ids" : "copy",
            .label = ids ? "COPY, client ids" : "COPY",
            .start = start};
}

Case appending(Database& database, const AppendOptions& options) {
    const auto start = [&database, options] {
        return std::make_unique<AppendLoad>(database.conninfo(), options);
    };
    Case one{.name = "posts", .label = "posts", .start = start};
    if (options.has_client_ids) one = {"posts_with_client_ids", "posts, client ids", start};
    if (options.has_changes) one = {"posts_and_edits", "nine posts, one edit", start};
    return one;
}

Case appending_in_two_homes(Database& database, const AppendOptions& options) {
    const auto start = [&database, options] {
        return std::make_unique<TwoHomesLoad>(database.conninfo(), options);
    };
    return {.name = "posts_in_two_homes", .label = "posts, two homes", .start = start};
}

struct Index {
    std::string name;
    std::string drop;
    std::string create;
    bool is_there = true;
    bool is_of_client_ids = false;
};

const Index posts_index{.name = "messages_posts_idx",
                        .drop = "DROP INDEX messages_posts_idx",
                        .create =
                            "CREATE INDEX messages_posts_idx ON messages (room_id, seq) "
                            "WHERE target_seq IS NULL",
                        .is_there = false};

std::vector<Index> indexes_of(Database& database) {
    const auto rows = database.admin().query(
        "SELECT c.relname, pg_get_indexdef(c.oid), pg_get_constraintdef(k.oid), "
        "pg_get_indexdef(c.oid) LIKE '%client_id%' "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = "
        "c.oid "
        "WHERE i.indrelid = 'messages'::regclass ORDER BY i.indisprimary DESC, c.relname");
    std::vector<Index> indexes;
    bool has_posts_index = false;
    for (const auto& row : rows) {
        const auto& name = row.at(0).value();
        const auto& constraint = row.at(2);
        Index index{name, "DROP INDEX " + name, row.at(1).value(), true, row.at(3) == "t"};
        if (constraint) {
            index.drop = fmt::format("ALTER TABLE messages DROP CONSTRAINT {}", name);
            index.create = fmt::format("ALTER TABLE messages ADD CONSTRAINT {} {}", name, *constraint);
        }
        indexes.push_back(index);
        has_posts_index = has_posts_index || name == posts_index.name;
    }
    if (!has_posts_index) indexes.push_back(posts_index);
    return indexes;
}

// The load without the index, and behind it with it.
void add_pair(std::vector<Case>& cases, const Index& index, const Case& load) {
    const auto base = cases.size();
    auto without = load, with = load;
    without.name = fmt::format("{}.{}.without", index.name, load.name);
    without.label = fmt::format("{} without {}", load.label, index.name);
    with.name = fmt::format("{}.{}.with", index.name, load.name);
    with.label = fmt::format("{} with {}", load.label, index.name);
    without.base = with.base = base;
    if (index.is_there) {
        without.before = index.drop;
        without.after = index.create;
    } else {
        with.before = index.create;
        with.after = index.drop;
    }
    cases.push_back(std::move(without));
    cases.push_back(std::move(with));
}

// Names the load with how many wait.
Case with_waiting(Case load, std::size_t count) {
    load.name += fmt::format("_{}", count);
    load.label += fmt::format(", {} waiting", count);
    return load;
}

}  // namespace

CopyFormat faster_format(Database& database, const Pace& pace) {
    const CopyOptions text{.format = CopyFormat::text}, binary{.format = CopyFormat::binary};
    std::vector<Case> cases{copying(database, text), copying(database, binary)};
    cases[0].label += ", text";
    cases[1].label += ", binary";
    const auto outcomes = measure_in_turns(database, cases, pace);
    const bool is_binary = outcomes[1].median().rows_per_s > outcomes[0].median().rows_per_s;
    return is_binary ? CopyFormat::binary : CopyFormat::text;
}

std::vector<Case> append_cases(Database& database, CopyFormat format) {
    std::vector<Case> cases;
    const auto add = [&cases](Case one, std::size_t base) {
        one.base = base;
        cases.push_back(std::move(one));
    };
    for (const auto count : waiting) {
        const auto copy = cases.size();
        auto plain = copying(database, {.format = format});
        plain.name += fmt::format("_beside_{}", count);
        add(std::move(plain), copy);
        add(with_waiting(appending(database, {.posters = count}), count), copy);
        add(with_waiting(appending_in_two_homes(database, {.posters = count}), count), copy);
        add(with_waiting(appending(database, {.posters = count, .has_changes = true}), count), copy);
        const auto copy_with_ids = cases.size();
        auto with_ids = copying(database, {.format = format, .has_client_ids = true});
        with_ids.name += fmt::format("_beside_{}", count);
        add(std::move(with_ids), copy_with_ids);
        add(with_waiting(appending(database, {.posters = count, .has_client_ids = true}), count),
            copy_with_ids);
    }
    return cases;
}

std::vector<Case> index_cases(Database& database, CopyFormat format) {
    std::vector<Case> cases;
    for (const auto& index : indexes_of(database)) {
        for (const bool has_client_ids : {false, true}) {
            if (has_client_ids && !index.is_of_client_ids) continue;
            for (const auto count : waiting_beside_indexes) {
                const AppendOptions options{.posters = count, .has_client_ids = has_client_ids};
                add_pair(cases, index, with_waiting(appending(database, options), count));
            }
            add_pair(cases, index, copying(database, {.format = format, .has_client_ids = has_client_ids}));
        }
    }
    return cases;
}

}  // namespace roost::append_bench
