#include "db/postgres_binaries.hpp"

#include "support/cluster.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace roost::db {

namespace fs = std::filesystem;
using test::TemporaryDirectory;

namespace {

// A directory with programs that do nothing but say their version.
fs::path programs_that_say(const fs::path& directory, const std::string& version) {
    fs::create_directories(directory);
    for (const auto* name : {"postgres", "initdb"}) {
        std::ofstream(directory / name) << "#!/bin/sh\necho '" << version << "'\n";
        fs::permissions(directory / name, fs::perms::owner_all);
    }
    return directory;
}

fs::path cluster_of(const fs::path& directory, int major) {
    fs::create_directories(directory);
    std::ofstream(directory / "PG_VERSION") << major << "\n";
    return directory;
}

std::string refusal_of(const fs::path& chosen, const fs::path& cluster) {
    try {
        find_postgres(chosen, cluster);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a chosen directory is taken, whatever its name, and asked for its version") {
    const TemporaryDirectory directory;
    const auto chosen =
        programs_that_say(directory.path() / "it's 16; $(exit)", "postgres (PostgreSQL) 16.14 (Debian 1)");
    const auto found = find_postgres(chosen, directory.path() / "none");
    CHECK(found.directory == chosen);
    CHECK(found.major == 16);
    CHECK(find_postgres(chosen, cluster_of(directory.path() / "cluster", 16)).directory == chosen);
}

TEST_CASE("a chosen PostgreSQL of a version that was never tried is refused") {
    const TemporaryDirectory directory;
    for (const auto* version : {"postgres (PostgreSQL) 14.9", "postgres (PostgreSQL) 18beta1"}) {
        const auto chosen = programs_that_say(directory.path() / "bin", version);
        CHECK(says(refusal_of(chosen, directory.path() / "none"), "expected is 15 to 17"));
    }
}

TEST_CASE("a chosen PostgreSQL that does not run is refused") {
    const TemporaryDirectory directory;
    const auto chosen = programs_that_say(directory.path() / "bin", "");
    CHECK(says(refusal_of(chosen, directory.path() / "none"), "does not run here"));
}

TEST_CASE("a cluster of a version that is neither chosen nor installed is refused with what to do") {
    const TemporaryDirectory directory;
    const auto chosen = programs_that_say(directory.path() / "bin", "postgres (PostgreSQL) 16.14");
    const auto refusal = refusal_of(chosen, cluster_of(directory.path() / "cluster", 14));
    CHECK(says(refusal, "made by PostgreSQL 14"));
    CHECK(says(refusal, "-B " + chosen.string()));
}

TEST_CASE("the version of a cluster is in its files") {
    const TemporaryDirectory directory;
    CHECK(major_of_cluster(directory.path()) == std::nullopt);
    CHECK(major_of_cluster(cluster_of(directory.path() / "cluster", 16)) == 16);
}

}  // namespace roost::db
