#include "db/postmaster_file.hpp"

#include "db/pidfd.hpp"

#include <fmt/format.h>

#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <tuple>

namespace roost::db {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

// By `comm` and not `exe`: a process that ends loses `exe` while it still holds the cluster's shared memory,
// and its working directory only after that.
bool is_postgres_in(pid_t pid, const fs::path& cluster) {
    std::error_code error;
    const fs::path process = fmt::format("/proc/{}", pid);
    if (fs::read_symlink(process / "cwd", error) != cluster || error) return false;
    std::ifstream stream(process / "comm");
    std::string name;
    return std::getline(stream, name) && name == "postgres";
}

// Checked after it was opened: from then on signals go to this process and to no successor of its number.
Pidfd open_postgres(pid_t pid, const fs::path& cluster, const std::optional<SystemUser>& user) {
    Pidfd process(pid);
    const ActingAs acting(user);
    if (!is_postgres_in(pid, cluster)) {
        process.close();
    }
    return process;
}

bool end_all(const fs::path& cluster, const std::optional<SystemUser>& user, int signal,
             std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto pids = postgres_processes(cluster, user);
        if (pids.empty()) {
            return true;
        }
        for (const pid_t pid : pids) {
            const auto process = open_postgres(pid, cluster, user);
            process.send(signal);
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
            if (left.count() <= 0 || !process.wait_for_end(left)) {
                return false;
            }
        }
    }
}

bool is_shared_memory_in_use(const PostmasterFile& file) {
    shmid_ds memory{};
    return file.shared_memory_id >= 0 && ::shmctl(file.shared_memory_id, IPC_STAT, &memory) == 0 &&
           memory.shm_nattch > 0;
}

// PostgreSQL removes a stale file itself unless there is a process with its number: another program of the
// same user, or the old postmaster, dead and not reaped yet. It takes both for a living postmaster. While a
// backend of the old one may still be attached to its memory, the file has to stay: it is PostgreSQL's own
// guard.
void remove_if_stale(const fs::path& cluster, const PostmasterFile& file,
                     std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (is_shared_memory_in_use(file)) {
        if (std::chrono::steady_clock::now() > deadline) return;
        std::this_thread::sleep_for(3ms);
    }
    std::error_code ignored;
    fs::remove(cluster / "postmaster.pid", ignored);
    fs::remove(file.socket_directory / ".s.PGSQL.5432.lock", ignored);
}

}  // namespace

std::optional<PostmasterFile> read_postmaster_file(const fs::path& cluster) {
    // Its lines: pid, directory, start time, port, socket directory, listen address, shared memory's key
    // and id, status.
    std::ifstream stream(cluster / "postmaster.pid");
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    if (lines.size() < 5) {
        return std::nullopt;
    }
    PostmasterFile file;
    std::from_chars(lines[0].data(), lines[0].data() + lines[0].size(), file.pid);
    if (file.pid <= 0) {
        return std::nullopt;
    }
    file.socket_directory = lines[4];
    if (lines.size() >= 7) {
        std::string key;
        std::istringstream(lines[6]) >> key >> file.shared_memory_id;
    }
    file.is_ready = lines.size() >= 8 && lines[7].starts_with("ready");
    return file;
}

std::vector<pid_t> postgres_processes(const fs::path& cluster, const std::optional<SystemUser>& user) {
    std::vector<pid_t> found;
    const ActingAs acting(user);
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
        const auto name = entry->path().filename().string();
        pid_t pid = 0;
        const auto [last, failure] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (failure == std::errc() && last == name.data() + name.size() && is_postgres_in(pid, cluster)) {
            found.push_back(pid);
        }
    }
    return found;
}

void clear_leftovers(const fs::path& cluster, const std::optional<SystemUser>& user,
                     std::chrono::milliseconds patience) {
    // A cluster that was stopped in order has no such file, and then there is nothing to look for.
    if (!fs::exists(cluster / "postmaster.pid")) {
        return;
    }
    const auto hard_patience = std::min<std::chrono::milliseconds>(patience, 5s);
    if (const auto file = read_postmaster_file(cluster)) {
        const auto postmaster = open_postgres(file->pid, cluster, user);
        postmaster.send(SIGINT);
        if (!postmaster.wait_for_end(patience)) {
            postmaster.send(SIGQUIT);
            std::ignore = postmaster.wait_for_end(hard_patience);
        }
    }
    // Backends of a killed postmaster end when they notice, at the latest after their statement.
    if (!end_all(cluster, user, SIGQUIT, hard_patience) && !end_all(cluster, user, SIGKILL, 5s)) {
        throw std::runtime_error(fmt::format(
            "a PostgreSQL that a former roost left running in {} does not end", cluster.string()));
    }
    if (const auto file = read_postmaster_file(cluster)) {
        remove_if_stale(cluster, *file, hard_patience);
    } else {
        // Empty after a power failure: PostgreSQL would refuse to start beside it.
        std::error_code ignored;
        fs::remove(cluster / "postmaster.pid", ignored);
    }
}

}  // namespace roost::db
