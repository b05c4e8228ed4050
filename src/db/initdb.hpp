// Making a new cluster with PostgreSQL's initdb.
#pragma once

#include "db/cluster_log.hpp"
#include "db/system_user.hpp"

#include <chrono>
#include <filesystem>
#include <optional>

namespace roost::db {

struct NewCluster {
    std::filesystem::path initdb;     // the program
    std::filesystem::path directory;  // the cluster's, in an existing one
    std::optional<SystemUser> user;
    bool fsync = true;
    std::chrono::milliseconds timeout;
};

// In a directory of another name that is renamed at the end, so that what has the right name is a whole
// cluster even after a kill; removes what such a kill left. Throws std::runtime_error when initdb fails
// or `directory` holds files. To be called by who holds the data directory's lock.
void make_cluster(const NewCluster& cluster, const ClusterLog& log);

}  // namespace roost::db
