// Which installed PostgreSQL runs the private cluster: the one that made its files, because PostgreSQL
// reads only those of its own major version.
#pragma once

#include <filesystem>
#include <optional>

namespace roost::db {

struct PostgresBinaries {
    std::filesystem::path directory;
    int major = 0;
};

// `chosen` if given, else /usr/lib/postgresql/{17,16,15}/bin, else PATH. For an existing cluster, one of
// the major version in its PG_VERSION. Throws std::runtime_error that says what to install, or how to move
// the cluster to the installed version.
PostgresBinaries find_postgres(const std::optional<std::filesystem::path>& chosen,
                               const std::filesystem::path& cluster);

// The major version that made the cluster; nullopt when there is none in that directory.
std::optional<int> major_of_cluster(const std::filesystem::path& cluster);

}  // namespace roost::db
