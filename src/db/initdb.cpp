#include "db/initdb.hpp"

#include "db/child.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace roost::db {

namespace fs = std::filesystem;

namespace {

constexpr auto unfinished_prefix = "postgres.initdb-";

void remove_unfinished(const fs::path& data_directory) {
    for (const auto& entry : fs::directory_iterator(data_directory)) {
        if (entry.path().filename().string().starts_with(unfinished_prefix)) {
            std::error_code ignored;
            fs::remove_all(entry.path(), ignored);
        }
    }
}

// Makes the renaming in it durable.
void sync_directory(const fs::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

}  // namespace

void make_cluster(const NewCluster& cluster, const ClusterLog& log) {
    const auto data_directory = cluster.directory.parent_path();
    if (fs::exists(cluster.directory) && !fs::is_empty(cluster.directory)) {
        throw std::runtime_error(
            fmt::format("{} holds files, but they are no PostgreSQL cluster: move them away",
                        cluster.directory.string()));
    }
    remove_unfinished(data_directory);
    std::string unfinished = data_directory / (std::string(unfinished_prefix) + "XXXXXX");
    if (::mkdtemp(unfinished.data()) == nullptr ||
        (cluster.user && ::chown(unfinished.c_str(), cluster.user->uid, cluster.user->gid) != 0)) {
        throw std::runtime_error(fmt::format("cannot make {}: {}", unfinished, std::strerror(errno)));
    }
    std::vector<std::string> arguments{"-D", unfinished, "--username=roost", "--locale=C", "--encoding=UTF8"};
    // Who reaches the socket is trusted: its directory is closed to all but the cluster's user and root.
    arguments.insert(arguments.end(), {"--auth-local=trust", "--auth-host=reject", "--no-instructions"});
    if (!cluster.fsync) arguments.emplace_back("--no-sync");
    auto child =
        Child::spawn({cluster.initdb, arguments, unfinished, cluster.user, log.descriptor(), SIGKILL});
    if (!child.wait_for_exit(cluster.timeout) || child.exit_status() != 0) {
        throw std::runtime_error(fmt::format("PostgreSQL's initdb failed:\n{}", log.end()));
    }
    fs::rename(unfinished, cluster.directory);
    if (cluster.fsync) sync_directory(data_directory);
}

}  // namespace roost::db
