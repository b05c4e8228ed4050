#include "db/private_cluster.hpp"
#include "support/cluster.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace roost::db {

namespace fs = std::filesystem;
using test::TemporaryDirectory;
using test::throw_away;

namespace {

std::string refusal_of(const auto& action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("files of somebody else where the cluster should be are refused and kept") {
    const TemporaryDirectory directory;
    fs::create_directories(directory.path() / "postgres/photos");
    const auto refusal = refusal_of([&] { PrivateCluster::start(throw_away(directory.path())); });
    CHECK(says(refusal, "no PostgreSQL cluster"));
    CHECK(fs::exists(directory.path() / "postgres/photos"));
}

TEST_CASE("a PostgreSQL that does not start is told with the end of its log, at once") {
    const TemporaryDirectory directory;
    {
        auto cluster = PrivateCluster::start(throw_away(directory.path()));
    }
    std::ofstream(directory.path() / "postgres/postgresql.conf", std::ios::app) << "no_such_setting = 1\n";
    const auto refusal = refusal_of([&] { PrivateCluster::start(throw_away(directory.path())); });
    CHECK(says(refusal, "PostgreSQL did not start"));
    CHECK(says(refusal, "no_such_setting"));
}

TEST_CASE("a cluster of another major version is refused with the commands to move it") {
    const TemporaryDirectory directory;
    fs::create_directories(directory.path() / "postgres");
    std::ofstream(directory.path() / "postgres/PG_VERSION") << "14\n";
    const auto refusal = refusal_of([&] { PrivateCluster::start(throw_away(directory.path())); });
    CHECK(says(refusal, "made by PostgreSQL 14"));
    CHECK(says(refusal, "/pg_upgrade --username=roost"));
    CHECK(says(refusal, "-b /usr/lib/postgresql/14/bin"));
    CHECK(says(refusal, "pg_dump"));
}

TEST_CASE("a directory without PostgreSQL's programs is refused") {
    const TemporaryDirectory directory;
    auto options = throw_away(directory.path());
    options.bin_directory = "/nowhere";
    CHECK(says(refusal_of([&] { PrivateCluster::start(options); }), "/nowhere does not hold"));
}

TEST_CASE("a socket directory that others made or may enter is refused") {
    const TemporaryDirectory directory;
    auto options = throw_away(directory.path() / "data");
    const auto socket_directory = directory.path() / "socket";
    options.socket_directory = socket_directory;
    const auto refusal = [&] { return refusal_of([&] { PrivateCluster::start(options); }); };
    SUBCASE("open to others") {
        fs::create_directory(socket_directory);
        fs::permissions(socket_directory, fs::perms::all);
        CHECK(says(refusal(), "others may enter it"));
    }
    SUBCASE("a link to somewhere else") {
        fs::create_directory(directory.path() / "elsewhere");
        fs::create_symlink(directory.path() / "elsewhere", socket_directory);
        CHECK(says(refusal(), "cannot be the directory of the database's socket"));
    }
    SUBCASE("of another user") {
        fs::create_directory(socket_directory);
        fs::permissions(socket_directory, fs::perms::owner_all);
        if (::chown(socket_directory.c_str(), 12'345, 12'345) != 0) {
            return;  // only root can set this trap
        }
        CHECK(says(refusal(), "belongs to another user (uid 12345)"));
    }
    SUBCASE("too long for a socket") {
        options.socket_directory = directory.path() / std::string(100, 'x');
        CHECK(says(refusal(), "its path has more than"));
    }
}

TEST_CASE("as root a missing system user is told with the command that makes it") {
    if (::geteuid() != 0) {
        return;
    }
    const TemporaryDirectory directory;
    auto options = throw_away(directory.path());
    options.system_user = "roost-nobody-made";
    CHECK(says(refusal_of([&] { PrivateCluster::start(options); }),
               "useradd --system --home-dir /var/lib/roost --shell /usr/sbin/nologin roost-nobody-made"));
}

}  // namespace roost::db
