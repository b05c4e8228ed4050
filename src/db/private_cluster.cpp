#include "db/private_cluster.hpp"

#include "db/blocking_connection.hpp"
#include "db/cluster_log.hpp"
#include "db/error.hpp"
#include "db/initdb.hpp"
#include "db/postgres_binaries.hpp"
#include "db/postmaster_file.hpp"
#include "db/socket_directory.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <thread>

namespace roost::db {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 3ms;

// On the command line and not in postgresql.conf, so that they are those of this version of roost.
std::vector<std::string> postgres_arguments(const PrivateCluster::Options& options, const fs::path& cluster,
                                            const fs::path& socket_directory) {
    std::vector<std::string> settings{
        "listen_addresses=",
        "port=5432",
        "unix_socket_directories=" + quoted_identifier(socket_directory.string()),
        "unix_socket_permissions=0700",
        "max_connections=50",
        "shared_buffers=128MB",
        "huge_pages=off",
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        "logging_collector=off",
        "log_destination=stderr",
        "log_line_prefix=%m [%p] ",
        "log_checkpoints=off",
        // A refused statement is an answer to its sender, who tells what is worth telling. In the log it
        // would repeat for every lost race of two posts, and quote what users wrote.
        "log_min_messages=log",
        "log_error_verbosity=terse",
    };
    if (!options.fsync) {
        settings.insert(settings.end(), {"fsync=off", "full_page_writes=off", "synchronous_commit=off"});
    }
    std::vector<std::string> arguments{"-D", cluster.string()};
    for (auto& setting : settings) {
        arguments.emplace_back("-c");
        arguments.push_back(std::move(setting));
    }
    return arguments;
}

std::string quoted_value(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + "'";
}

}  // namespace

PrivateCluster::PrivateCluster(const Options& options)
    : options_(options), user_(cluster_user(options.system_user)) {
    prepare_data_directory(options_.data_directory, user_);
    options_.data_directory = fs::canonical(options_.data_directory);
    socket_directory_ = options_.socket_directory.value_or(default_socket_directory(options_.data_directory));
}

PrivateCluster& PrivateCluster::operator=(PrivateCluster&& other) noexcept {
    if (this != &other) {
        stop();
        options_ = std::move(other.options_);
        user_ = std::move(other.user_);
        socket_directory_ = std::move(other.socket_directory_);
        conninfo_ = std::move(other.conninfo_);
        lock_ = std::move(other.lock_);
        postmaster_ = std::move(other.postmaster_);
    }
    return *this;
}

PrivateCluster::~PrivateCluster() {
    stop();
}

PrivateCluster PrivateCluster::start(const Options& options) {
    PrivateCluster cluster(options);
    const auto lock_file = cluster.options_.data_directory / "lock";
    cluster.lock_ = LockFile::try_lock(lock_file);
    if (!cluster.lock_) {
        const auto holder = LockFile::holder(lock_file);
        throw std::runtime_error(fmt::format(
            "the data directory {} is in use by another roost{}: stop that one, or choose another directory",
            cluster.options_.data_directory.string(),
            holder ? fmt::format(" (process {})", *holder) : std::string()));
    }
    cluster.start_locked();
    return cluster;
}

PrivateCluster PrivateCluster::attach_or_start(const Options& options) {
    PrivateCluster cluster(options);
    const auto deadline = std::chrono::steady_clock::now() + options.start_timeout;
    for (;;) {
        cluster.lock_ = LockFile::try_lock(cluster.options_.data_directory / "lock");
        if (cluster.lock_) {
            cluster.start_locked();
            return cluster;
        }
        if (cluster.attach()) {
            return cluster;
        }
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error(
                fmt::format("another roost uses the data directory {}, but its database does not answer",
                            cluster.options_.data_directory.string()));
        }
        std::this_thread::sleep_for(poll_interval);  // the owner is starting or stopping
    }
}

bool PrivateCluster::attach() {
    const auto file = read_postmaster_file(cluster());
    if (!file || !file->is_ready) {
        return false;
    }
    socket_directory_ = file->socket_directory;
    conninfo_ = conninfo_for("roost");
    try {
        BlockingConnection connection(conninfo_);
        return true;
    } catch (const Unavailable&) {
        return false;
    }
}

std::string PrivateCluster::conninfo_for(std::string_view database) const {
    return fmt::format("host={} port=5432 user=roost dbname={} sslmode=disable gssencmode=disable",
                       quoted_value(socket_directory_.string()), database);
}

void PrivateCluster::start_locked() {
    const auto binaries = find_postgres(options_.bin_directory, cluster());
    clear_leftovers(cluster(), user_, options_.stop_timeout);
    prepare_socket_directory(socket_directory_, user_);
    const ClusterLog log(options_.data_directory / "postgres.log");
    if (!major_of_cluster(cluster())) {
        make_cluster(
            {binaries.directory / "initdb", cluster(), user_, options_.fsync, options_.start_timeout}, log);
    }
    launch(binaries.directory / "postgres", log);
    wait_until_ready(log);
    conninfo_ = conninfo_for("roost");
}

void PrivateCluster::launch(const fs::path& postgres, const ClusterLog& log) {
    // When we are killed: SIGINT, a fast shutdown. It ends all connections and leaves a cluster that needs
    // no recovery, which the next start would otherwise wait for; SIGTERM would wait for clients.
    postmaster_ = std::make_unique<Child>(
        Child::spawn({postgres, postgres_arguments(options_, cluster(), socket_directory_), cluster(), user_,
                      log.descriptor(), SIGINT}));
}

void PrivateCluster::wait_until_ready(const ClusterLog& log) {
    const auto deadline = std::chrono::steady_clock::now() + options_.start_timeout;
    while (!is_ready()) {
        if (postmaster_->wait_for_exit(poll_interval)) {
            throw std::runtime_error(fmt::format("PostgreSQL did not start:\n{}", log.end()));
        }
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error(fmt::format("PostgreSQL was not ready within {} ms:\n{}",
                                                 options_.start_timeout.count(), log.end()));
        }
    }
    BlockingConnection connection(conninfo_for("postgres"));
    if (connection.query("select 1 from pg_database where datname = 'roost'").empty()) {
        connection.exec("create database roost");
    }
}

bool PrivateCluster::is_ready() const {
    const auto file = read_postmaster_file(cluster());
    return file && file->pid == postmaster_->pid() && file->is_ready;
}

void PrivateCluster::stop() noexcept {
    if (postmaster_) {
        postmaster_->send(SIGINT);
        if (!postmaster_->wait_for_exit(options_.stop_timeout)) {
            postmaster_->send(SIGQUIT);  // ends without the last checkpoint: the next start recovers
            if (!postmaster_->wait_for_exit(5s)) {
                postmaster_->send(SIGKILL);
                postmaster_->wait_for_exit(5s);
            }
        }
        postmaster_.reset();
    }
    if (lock_ && !options_.socket_directory) {
        ::rmdir(socket_directory_.c_str());
    }
    lock_.reset();
}

}  // namespace roost::db
