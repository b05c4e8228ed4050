// PrivateCluster: the PostgreSQL that `roost serve` runs for itself when no DATABASE_URL is given.
//
// In <data_directory> it keeps `postgres` (the cluster), `postgres.log` and `lock`. PostgreSQL listens on a
// unix socket in a private directory and nowhere else; there it trusts everyone, because only root and the
// cluster's own user can reach the socket (peer authentication would refuse root, who connects while the
// cluster runs as another user). As root the cluster runs as the system user `roost`.
//
// One living process owns a data directory (its lock); a second start is refused. When the owner is
// killed, the kernel tells PostgreSQL to shut down, and the next start waits for that and starts anew:
// simpler than adopting, and nobody has to reap or watch a process that is not a child. What was committed
// stays in every case.
//
// start() has to be called from the main thread, because the parent-death signal comes when the thread
// that forked ends. Owned by main, stopped last; the destructor stops too. All calls block.
#pragma once

#include "db/child.hpp"
#include "db/cluster_log.hpp"
#include "db/lock_file.hpp"
#include "db/system_user.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace roost::db {

class PrivateCluster {
public:
    struct Options {
        std::filesystem::path data_directory;
        std::optional<std::filesystem::path> socket_directory;  // else a short private one is chosen
        std::optional<std::filesystem::path> bin_directory;     // else the newest that fits
        std::string system_user = "roost";                      // only when started as root
        bool fsync = true;  // false loses data in a power failure: for tests
        // Long, for a crash recovery may have much to do; a PostgreSQL that exits is noticed at once.
        std::chrono::milliseconds start_timeout{120'000};
        std::chrono::milliseconds stop_timeout{30'000};  // then the shutdown becomes an immediate one
    };

    // Makes the cluster and its database `roost` where they are missing, and starts it; returns when it
    // accepts connections. Throws std::runtime_error with a text for the operator: the directory is in
    // use, PostgreSQL is not installed or of another version, it did not start (with the end of its log).
    static PrivateCluster start(const Options& options);

    // The running cluster of another roost process that is alive (and then stop() leaves it alone), else
    // as start(). For commands that may run beside `roost serve`.
    static PrivateCluster attach_or_start(const Options& options);

    PrivateCluster(PrivateCluster&&) = default;
    PrivateCluster& operator=(PrivateCluster&& other) noexcept;
    ~PrivateCluster();

    // For libpq: database `roost`, as its superuser.
    [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }

    // Ends open transactions and connections, writes everything to disk, waits for the end, and frees the
    // data directory. Again, or when PostgreSQL had ended by itself: nothing happens.
    void stop() noexcept;

private:
    explicit PrivateCluster(const Options& options);

    [[nodiscard]] std::filesystem::path cluster() const { return options_.data_directory / "postgres"; }
    [[nodiscard]] std::string conninfo_for(std::string_view database) const;
    void start_locked();
    void launch(const std::filesystem::path& postgres, const ClusterLog& log);
    void wait_until_ready(const ClusterLog& log);
    [[nodiscard]] bool is_ready() const;
    bool attach();

    Options options_;
    std::optional<SystemUser> user_;
    std::filesystem::path socket_directory_;
    std::string conninfo_;
    std::optional<LockFile> lock_;
    std::unique_ptr<Child> postmaster_;  // null when attached or stopped
};

}  // namespace roost::db
