#include "db/cluster_log.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace roost::db {

namespace fs = std::filesystem;

ClusterLog::ClusterLog(fs::path file) : file_(std::move(file)) {
    constexpr std::uintmax_t limit_bytes = 4 << 20;
    std::error_code ignored;
    if (fs::exists(file_, ignored) && fs::file_size(file_, ignored) > limit_bytes) {
        fs::rename(file_, file_.string() + ".1", ignored);
    }
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) {
        throw std::runtime_error(fmt::format("cannot open {}: {}", file_.string(), std::strerror(errno)));
    }
    start_ = ::lseek(descriptor_, 0, SEEK_END);
}

ClusterLog::~ClusterLog() {
    ::close(descriptor_);
}

std::string ClusterLog::end() const {
    constexpr std::int64_t limit_bytes = 2'000;
    std::ifstream file(file_, std::ios::ate);
    const std::int64_t size = file.tellg();
    const auto from = std::max(start_, size - limit_bytes);
    std::string text(static_cast<std::size_t>(std::max<std::int64_t>(size - from, 0)), '\0');
    file.seekg(from);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (from > start_) text.erase(0, text.find('\n') + 1);
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

}  // namespace roost::db
