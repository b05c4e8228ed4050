// SystemUser: the unprivileged account that PostgreSQL runs as when roost itself runs as root, because
// PostgreSQL refuses to be root.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace roost::db {

struct SystemUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

// nullopt when this process is not root: then PostgreSQL simply runs as the same user. Throws
// std::runtime_error with the command that creates the account when it is missing.
std::optional<SystemUser> cluster_user(const std::string& name);

// The uid that owns the cluster's files.
uid_t owner_of_cluster(const std::optional<SystemUser>& user);

// Makes `directory` with its parents where it is missing, and lets `user` pass through it (not list it):
// it belongs to root and to the user's group. Throws std::runtime_error.
void prepare_data_directory(const std::filesystem::path& directory, const std::optional<SystemUser>& user);

// While it lives, this thread opens files, and looks at /proc, as `user`. Root without all capabilities, as
// in a container, may not read /proc/PID/cwd of another user's process otherwise.
class ActingAs {
public:
    explicit ActingAs(const std::optional<SystemUser>& user);
    ~ActingAs();
    ActingAs(const ActingAs&) = delete;
    ActingAs& operator=(const ActingAs&) = delete;

private:
    bool acting_ = false;
};

}  // namespace roost::db
