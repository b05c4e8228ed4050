// The database that is measured: a private cluster as `roost serve` runs one, durable, with the project's
// tables, in a directory of its own that is removed at the end.
#pragma once

#include "db/blocking_connection.hpp"
#include "db/private_cluster.hpp"
#include "db/system_user.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace roost::append_bench {

// A new directory in `parent`, removed with all it holds at the end.
class TemporaryDirectory {
public:
    explicit TemporaryDirectory(const std::filesystem::path& parent);
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// Made by the main thread, used by it.
class Database {
public:
    struct Options {
        std::filesystem::path parent;  // on the disk that is to be measured
        std::optional<std::filesystem::path> postgres_bin;
    };
    explicit Database(const Options& options);

    [[nodiscard]] const std::string& conninfo() const noexcept { return cluster_.conninfo(); }
    [[nodiscard]] db::BlockingConnection& admin() noexcept { return admin_; }
    [[nodiscard]] std::string version();

    // Empties the log, runs `then`, and has everything written to disk, so that each measurement finds the
    // same.
    void start_afresh(const std::string& then = "");
    // User and system time of all processes of this PostgreSQL so far, also of those that have ended.
    [[nodiscard]] double cpu_seconds() const;

private:
    TemporaryDirectory directory_;
    db::PrivateCluster cluster_;
    db::BlockingConnection admin_;
    std::optional<db::SystemUser> user_;
    pid_t postmaster_;
};

}  // namespace roost::append_bench
