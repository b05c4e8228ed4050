#include "db/socket_directory.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace roost::db {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view socket_name = "/.s.PGSQL.5432";
constexpr std::size_t path_limit = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::size_t directory_limit = path_limit - socket_name.size();

// FNV-1a: the same name at every start, and different for different data directories. Not for secrecy.
std::string hash_of(const std::string& text) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    }
    return fmt::format("{:016x}", hash);
}

bool is_directory_of(const fs::path& directory, uid_t uid) {
    struct stat status{};
    return ::lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == uid;
}

}  // namespace

fs::path default_socket_directory(const fs::path& data_directory) {
    const auto name = "roost-" + hash_of(data_directory.string());
    if (::geteuid() == 0) {
        return fs::path("/run") / name;
    }
    if (const char* runtime = std::getenv("XDG_RUNTIME_DIR")) {
        const auto directory = fs::path(runtime) / name;
        if (is_directory_of(runtime, ::geteuid()) && directory.string().size() <= directory_limit) {
            return directory;
        }
    }
    return fmt::format("/tmp/roost-{}-{}", ::geteuid(), hash_of(data_directory.string()));
}

void prepare_socket_directory(const fs::path& directory, const std::optional<SystemUser>& user) {
    const auto refuse = [&](std::string_view why) {
        throw std::runtime_error(
            fmt::format("{} cannot be the directory of the database's socket: {}", directory.string(), why));
    };
    if (directory.string().size() > directory_limit) {
        refuse(fmt::format("its path has more than {} bytes", directory_limit));
    }
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        refuse(std::strerror(errno));
    }
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) {
        refuse(std::strerror(errno));
    }
    struct stat status{};
    ::fstat(descriptor, &status);
    const bool is_ours = status.st_uid == ::geteuid() || status.st_uid == owner_of_cluster(user);
    const bool is_private = (status.st_mode & 0077) == 0;
    bool is_given = true;
    if (is_ours && is_private && user) {
        is_given = ::fchown(descriptor, user->uid, user->gid) == 0;
    }
    ::close(descriptor);
    if (!is_ours) {
        refuse(fmt::format("it belongs to another user (uid {})", status.st_uid));
    }
    if (!is_private) {
        refuse(fmt::format("others may enter it (mode {:04o}, expected is 0700)", status.st_mode & 07777));
    }
    if (!is_given) {
        refuse("it cannot be given to the database's user");
    }
}

}  // namespace roost::db
