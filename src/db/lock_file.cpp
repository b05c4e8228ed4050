#include "db/lock_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace roost::db {

std::optional<LockFile> LockFile::try_lock(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        throw std::runtime_error(fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
    }
    LockFile lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return std::nullopt;
        }
        throw std::runtime_error(fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
    }
    const auto text = fmt::format("{}\n", ::getpid());
    // For people only: nobody decides anything by it.
    if (::ftruncate(descriptor, 0) == 0) {
        [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
    }
    return lock;
}

std::optional<pid_t> LockFile::holder(const std::filesystem::path& file) {
    std::ifstream stream(file);
    pid_t pid = 0;
    return stream >> pid ? std::optional(pid) : std::nullopt;
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

LockFile::~LockFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

}  // namespace roost::db
