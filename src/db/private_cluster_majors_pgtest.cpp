// Clusters of two major versions: the system's, and the one that ROOST_POSTGRES_BIN names. Without that there
// is but one, and nothing to test.
#include "db/blocking_connection.hpp"
#include "db/postgres_binaries.hpp"
#include "db/private_cluster.hpp"
#include "support/cluster.hpp"

#include <doctest/doctest.h>

namespace roost::db {

using test::TemporaryDirectory;
using test::throw_away;

namespace {

struct Majors {
    PrivateCluster::Options system;
    PrivateCluster::Options chosen;
    int system_major = 0;
    int chosen_major = 0;
};

std::optional<Majors> two_majors(const TemporaryDirectory& directory) {
    Majors majors{throw_away(directory.path()), throw_away(directory.path())};
    majors.system.bin_directory.reset();
    majors.system_major = find_postgres(std::nullopt, directory.path() / "none").major;
    majors.chosen_major = find_postgres(majors.chosen.bin_directory, directory.path() / "none").major;
    return majors.system_major != majors.chosen_major ? std::optional(majors) : std::nullopt;
}

void remember(const PrivateCluster& cluster) {
    BlockingConnection(cluster.conninfo()).exec("create table kept as select 42 as answer");
}

void check_kept(const PrivateCluster& cluster, int major) {
    BlockingConnection connection(cluster.conninfo());
    CHECK(connection.server_major() == major);
    CHECK(connection.query("select answer from kept", {}).at(0).at(0) == "42");
}

}  // namespace

TEST_CASE("a cluster is run by the version that made it, where another is chosen too") {
    const TemporaryDirectory directory;
    const auto majors = two_majors(directory);
    if (!majors) return;
    remember(PrivateCluster::start(majors->system));
    check_kept(PrivateCluster::start(majors->chosen), majors->system_major);
}

TEST_CASE("a cluster of a chosen version is refused where that is not chosen any more, and kept") {
    const TemporaryDirectory directory;
    const auto majors = two_majors(directory);
    if (!majors) return;
    remember(PrivateCluster::start(majors->chosen));
    CHECK(major_of_cluster(directory.path() / "postgres") == majors->chosen_major);
    CHECK_THROWS_WITH_AS(PrivateCluster::start(majors->system),
                         doctest::Contains(("made by PostgreSQL " + std::to_string(majors->chosen_major) +
                                            ", which is not installed")
                                               .c_str()),
                         std::runtime_error);
    check_kept(PrivateCluster::start(majors->chosen), majors->chosen_major);
}

}  // namespace roost::db
