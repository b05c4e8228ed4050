// What a running PostgreSQL says about itself in `postmaster.pid` of its cluster, and what to do about one
// that nobody owns any more.
#pragma once

#include "db/system_user.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace roost::db {

struct PostmasterFile {
    pid_t pid = 0;
    std::filesystem::path socket_directory;
    int shared_memory_id = -1;
    bool is_ready = false;  // accepts connections
};

// nullopt when there is none, or it is not complete yet.
std::optional<PostmasterFile> read_postmaster_file(const std::filesystem::path& cluster);

// The processes of the PostgreSQL that runs in `cluster`, told by their name and working directory, so
// that a reused process id is not taken for one.
std::vector<pid_t> postgres_processes(const std::filesystem::path& cluster,
                                      const std::optional<SystemUser>& user);

// Ends what a killed roost left in `cluster` and removes a stale postmaster.pid. To be called only by who
// holds the data directory's lock: then no living roost uses it. A postmaster gets a fast shutdown (it may
// already be at it, by its parent-death signal); if `patience` runs out, harder ones. Throws
// std::runtime_error when a process does not end at all.
void clear_leftovers(const std::filesystem::path& cluster, const std::optional<SystemUser>& user,
                     std::chrono::milliseconds patience);

}  // namespace roost::db
