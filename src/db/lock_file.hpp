// LockFile: one roost per data directory. The lock is the kernel's (flock), so it ends with the process
// that holds it, however that ends; the file stays and says who holds it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace roost::db {

class LockFile {
public:
    // nullopt when another process holds it. Throws std::runtime_error when the file cannot be made.
    static std::optional<LockFile> try_lock(const std::filesystem::path& file);

    // The process that locked `file` last; nullopt when unknown.
    static std::optional<pid_t> holder(const std::filesystem::path& file);

    LockFile(LockFile&& other) noexcept;
    LockFile& operator=(LockFile&& other) noexcept;
    ~LockFile();

private:
    explicit LockFile(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
};

}  // namespace roost::db
