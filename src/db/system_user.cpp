#include "db/system_user.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <system_error>

namespace roost::db {

namespace fs = std::filesystem;

std::optional<SystemUser> cluster_user(const std::string& name) {
    if (::geteuid() != 0) {
        return std::nullopt;
    }
    std::array<char, 16'384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) {
        throw std::runtime_error(fmt::format(
            "PostgreSQL does not run as root, and the system user {0} to run it as is missing; create it "
            "with: useradd --system --home-dir /var/lib/roost --shell /usr/sbin/nologin {0}",
            name));
    }
    if (found->pw_uid == 0) {
        throw std::runtime_error(fmt::format("PostgreSQL does not run as root, and {} is root", name));
    }
    return SystemUser{name, found->pw_uid, found->pw_gid};
}

uid_t owner_of_cluster(const std::optional<SystemUser>& user) {
    return user ? user->uid : ::geteuid();
}

void prepare_data_directory(const fs::path& directory, const std::optional<SystemUser>& user) {
    std::error_code error;
    const bool is_new = fs::create_directories(directory, error);
    struct stat status{};
    if (error || ::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        throw std::runtime_error(fmt::format("cannot make the data directory {}: {}", directory.string(),
                                             error ? error.message() : "it is not a directory"));
    }
    if (is_new) {
        ::chmod(directory.c_str(), 0700);
    }
    const bool is_closed = is_new || (status.st_mode & 0011) == 0;
    if (user && status.st_uid == 0 && is_closed) {
        const mode_t mode = is_new ? 0710 : (status.st_mode & 07777) | 0010;
        if (::chown(directory.c_str(), 0, user->gid) != 0 || ::chmod(directory.c_str(), mode) != 0) {
            throw std::runtime_error(
                fmt::format("cannot open the data directory {} to user {}", directory.string(), user->name));
        }
    }
}

ActingAs::ActingAs(const std::optional<SystemUser>& user) {
    if (user) {
        // The group first: without root's file rights it could not be changed any more.
        ::setfsgid(user->gid);
        ::setfsuid(user->uid);
        acting_ = true;
    }
}

ActingAs::~ActingAs() {
    if (acting_) {
        ::setfsuid(::geteuid());
        ::setfsgid(::getegid());
    }
}

}  // namespace roost::db
