// ClusterLog: where the private cluster's programs write, and what they wrote since it was opened, which
// an operator wants to read when they fail.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace roost::db {

class ClusterLog {
public:
    // Appends; a file over 4 MiB is set aside as `<file>.1` first. Throws std::runtime_error.
    explicit ClusterLog(std::filesystem::path file);
    ~ClusterLog();
    ClusterLog(const ClusterLog&) = delete;
    ClusterLog& operator=(const ClusterLog&) = delete;

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    // The last lines since it was opened, at most 2,000 bytes.
    [[nodiscard]] std::string end() const;

private:
    std::filesystem::path file_;
    int descriptor_ = -1;
    std::int64_t start_ = 0;
};

}  // namespace roost::db
