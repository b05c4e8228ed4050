#include "append/database.hpp"

#include "db/migrator.hpp"
#include "db/postmaster_file.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace roost::append_bench {

namespace fs = std::filesystem;

namespace {

db::PrivateCluster start_cluster(const fs::path& directory, const Database::Options& options) {
    db::PrivateCluster::Options cluster;
    cluster.data_directory = directory;
    cluster.bin_directory = options.postgres_bin;
    auto started = db::PrivateCluster::start(cluster);
    db::Migrator(started.conninfo()).migrate();
    return started;
}

// Of /proc/PID/stat: the process itself, or also the children it has waited for. 0 when it is not there.
double cpu_seconds_of(pid_t process, bool with_children) {
    std::ifstream file(fmt::format("/proc/{}/stat", process));
    std::string text;
    std::getline(file, text);
    // The name may hold anything: the fields are counted from behind its bracket.
    std::istringstream rest(text.substr(std::min(text.rfind(')') + 1, text.size())));
    constexpr int fields_before_user_time = 11;
    std::string field;
    for (int i = 0; i < fields_before_user_time; ++i) rest >> field;
    std::array<std::uint64_t, 4> ticks{};  // user, system, and the same of the children
    for (auto& one : ticks) rest >> one;
    const auto sum = ticks[0] + ticks[1] + (with_children ? ticks[2] + ticks[3] : 0);
    return static_cast<double>(sum) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

pid_t postmaster_of(const fs::path& cluster) {
    const auto file = db::read_postmaster_file(cluster);
    if (!file) throw std::runtime_error("the cluster that was started has no postmaster.pid");
    return file->pid;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory(const fs::path& parent) {
    std::string path = parent / "roost-append-bench-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr)
        throw std::runtime_error(fmt::format("cannot make a directory in {}", parent.string()));
    path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Database::Database(const Options& options)
    : directory_(options.parent), cluster_(start_cluster(directory_.path(), options)),
      admin_(cluster_.conninfo()), user_(db::cluster_user(db::PrivateCluster::Options().system_user)),
      postmaster_(postmaster_of(directory_.path() / "postgres")) {}

std::string Database::version() {
    return admin_.query("SHOW server_version").at(0).at(0).value_or("");
}

void Database::start_afresh(const std::string& then) {
    admin_.exec("TRUNCATE messages");
    if (!then.empty()) admin_.exec(then);
    admin_.exec("CHECKPOINT");
}

double Database::cpu_seconds() const {
    double sum = 0;
    for (const auto process : db::postgres_processes(directory_.path() / "postgres", user_))
        sum += cpu_seconds_of(process, process == postmaster_);
    return sum;
}

}  // namespace roost::append_bench
