// A PostgreSQL for tests: one throw-away cluster per test program, started by the first test that asks and
// removed at the program's end. Each call of fresh_database() gives a database of its own in it, so tests
// do not see each other's rows. ROOST_POSTGRES_BIN chooses another PostgreSQL than the system's.
#pragma once

#include "db/blocking_connection.hpp"
#include "db/migrator.hpp"
#include "db/private_cluster.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace roost::test {

// A new directory under the system's temporary one, removed with all it holds at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string path = std::filesystem::temp_directory_path() / "roost-test-XXXXXX";
        if (::mkdtemp(path.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary directory");
        }
        path_ = path;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// Not durable: a test's data need not survive a power failure.
inline db::PrivateCluster::Options throw_away(const std::filesystem::path& data_directory) {
    db::PrivateCluster::Options options;
    options.data_directory = data_directory;
    options.fsync = false;
    if (const char* chosen = std::getenv("ROOST_POSTGRES_BIN")) options.bin_directory = chosen;
    return options;
}

class ThrowAwayCluster {
public:
    // Started in the test program's main thread by the first test that needs it.
    static ThrowAwayCluster& instance() {
        static ThrowAwayCluster cluster;
        return cluster;
    }

    // The connection string of a new database without any table.
    std::string empty_database() { return create("template0"); }

    // The connection string of a new database with the schema and nothing but what migrations insert.
    std::string migrated_database() {
        if (!is_template_ready_) {
            db::BlockingConnection(admin()).exec("create database migrated template template0");
            db::Migrator(conninfo_of("migrated")).migrate();
            is_template_ready_ = true;
        }
        return create("migrated");
    }

private:
    ThrowAwayCluster() : cluster_(db::PrivateCluster::start(throw_away(directory_.path()))) {}

    [[nodiscard]] const std::string& admin() const { return cluster_.conninfo(); }
    // In libpq's strings a later keyword wins.
    [[nodiscard]] std::string conninfo_of(const std::string& database) const {
        return fmt::format("{} dbname={}", admin(), database);
    }
    std::string create(const std::string& from) {
        const auto name = fmt::format("test_{}", ++databases_);
        db::BlockingConnection(admin()).exec(fmt::format("create database {} template {}", name, from));
        return conninfo_of(name);
    }

    TemporaryDirectory directory_;
    db::PrivateCluster cluster_;
    bool is_template_ready_ = false;
    int databases_ = 0;
};

// The connection string of a database that is this test's own and migrated.
inline std::string fresh_database() {
    return ThrowAwayCluster::instance().migrated_database();
}

// The same without the migrations.
inline std::string empty_database() {
    return ThrowAwayCluster::instance().empty_database();
}

}  // namespace roost::test
