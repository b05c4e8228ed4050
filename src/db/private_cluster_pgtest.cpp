#include "db/private_cluster.hpp"

#include "db/blocking_connection.hpp"
#include "db/pidfd.hpp"
#include "db/postmaster_file.hpp"
#include "support/cluster.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <thread>
#include <utility>

namespace roost::db {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::TemporaryDirectory;
using test::throw_away;

namespace {

std::string refusal_of(const auto& action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void remember(const PrivateCluster& cluster) {
    BlockingConnection(cluster.conninfo()).exec("create table if not exists kept as select 42 as answer");
}

std::string remembered(const PrivateCluster& cluster) {
    return BlockingConnection(cluster.conninfo()).query("select answer from kept").at(0).at(0).value();
}

// For tests that need a cluster and no new one: initdb takes longer than all else here. Every test leaves
// it stopped and whole.
const TemporaryDirectory& shared_directory() {
    static const TemporaryDirectory directory;
    return directory;
}

pid_t postmaster_of(const TemporaryDirectory& directory) {
    return read_postmaster_file(directory.path() / "postgres").value().pid;
}

// Another roost that runs a cluster with something remembered, until it is killed or the test ends.
class OtherRoost {
public:
    explicit OtherRoost(const PrivateCluster::Options& options) {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends_[0]);
            ::_exit(run(options));
        }
        ::close(ends_[1]);
        char byte = 0;
        REQUIRE(::read(ends_[0], &byte, 1) == 1);
    }
    ~OtherRoost() {
        ::close(ends_[0]);
        if (pid_ > 0) {
            ::waitpid(pid_, nullptr, 0);
        }
    }
    OtherRoost(const OtherRoost&) = delete;
    OtherRoost& operator=(const OtherRoost&) = delete;

    void kill() {
        ::kill(pid_, SIGKILL);
        ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    [[nodiscard]] int run(const PrivateCluster::Options& options) const {
        try {
            const auto cluster = PrivateCluster::start(options);
            remember(cluster);
            char byte = '!';
            // The read ends when the test does.
            return ::write(ends_[1], &byte, 1) == 1 && ::read(ends_[1], &byte, 1) == 0 ? 0 : 1;
        } catch (const std::runtime_error&) {
            return 1;
        }
    }

    std::array<int, 2> ends_{};
    pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("a cluster that was stopped keeps its rows and leaves no process and no socket") {
    const TemporaryDirectory directory;
    fs::path socket_directory;
    {
        auto cluster = PrivateCluster::start(throw_away(directory.path()));
        remember(cluster);
        const auto file = read_postmaster_file(directory.path() / "postgres").value();
        socket_directory = file.socket_directory;
        struct stat status{};
        REQUIRE(::stat(socket_directory.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0700);
        const Pidfd postmaster(file.pid);
        cluster.stop();
        CHECK(postmaster.wait_for_end(0ms));
        cluster.stop();
    }
    CHECK_FALSE(fs::exists(socket_directory));
    const auto again = PrivateCluster::start(throw_away(directory.path()));
    CHECK(remembered(again) == "42");
}

TEST_CASE("PostgreSQL listens on its socket only, and is not root") {
    const auto& directory = shared_directory();
    const auto cluster = PrivateCluster::start(throw_away(directory.path()));
    BlockingConnection connection(cluster.conninfo());
    CHECK(connection.query("show listen_addresses") == TextRows{TextRow{""}});
    CHECK(connection.query("show server_encoding") == TextRows{TextRow{"UTF8"}});
    CHECK(connection.query("select datcollate from pg_database where datname = current_database()", {}) ==
          TextRows{TextRow{"C"}});
    struct stat process{};
    REQUIRE(::stat(fmt::format("/proc/{}", postmaster_of(directory)).c_str(), &process) == 0);
    CHECK(process.st_uid != 0);
}

TEST_CASE("a running PostgreSQL has none of the parent's files open, and a session of its own") {
    const auto& directory = shared_directory();
    const auto secret = directory.path() / "secret";
    const int descriptor = ::open(secret.c_str(), O_CREAT | O_RDWR, 0600);  // deliberately without O_CLOEXEC
    const auto cluster = PrivateCluster::start(throw_away(directory.path()));
    const auto postmaster = postmaster_of(directory);
    CHECK(::getsid(postmaster) == postmaster);
    for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", postmaster))) {
        std::error_code ignored;
        CHECK(fs::read_symlink(entry.path(), ignored) != secret);
    }
    ::close(descriptor);
}

TEST_CASE("after its postmaster was killed, a cluster starts again with its rows") {
    const auto& directory = shared_directory();
    auto cluster = PrivateCluster::start(throw_away(directory.path()));
    remember(cluster);
    BlockingConnection(cluster.conninfo()).exec("checkpoint");
    ::kill(postmaster_of(directory), SIGKILL);
    cluster.stop();
    const auto again = PrivateCluster::start(throw_away(directory.path()));
    CHECK(remembered(again) == "42");
}

TEST_CASE("when roost is killed its PostgreSQL shuts down, and the next start has the rows") {
    const auto& directory = shared_directory();
    OtherRoost other(throw_away(directory.path()));
    const Pidfd postmaster(postmaster_of(directory));
    other.kill();
    CHECK(postmaster.wait_for_end(30s));
    // Shut down in order: nothing to recover.
    CHECK_FALSE(fs::exists(directory.path() / "postgres/postmaster.pid"));
    const auto again = PrivateCluster::start(throw_away(directory.path()));
    CHECK(remembered(again) == "42");
}

TEST_CASE("a start while the PostgreSQL of a killed roost still runs waits for its end") {
    const auto& directory = shared_directory();
    OtherRoost other(throw_away(directory.path()));
    const auto old = postmaster_of(directory);
    const Pidfd postmaster(old);
    // Stopped, it cannot follow its parent-death signal; it goes on when the next start has begun.
    postmaster.send(SIGSTOP);
    other.kill();
    std::thread go_on([&] {
        while (LockFile::holder(directory.path() / "lock") != ::getpid()) {
            std::this_thread::yield();
        }
        postmaster.send(SIGCONT);
    });
    const auto again = PrivateCluster::start(throw_away(directory.path()));
    go_on.join();
    CHECK(postmaster.wait_for_end(0ms));
    CHECK(postmaster_of(directory) != old);
    CHECK(remembered(again) == "42");
}

TEST_CASE("a PostgreSQL of a killed roost that does not end is killed, and no row is lost") {
    const auto& directory = shared_directory();
    OtherRoost other(throw_away(directory.path()));
    const Pidfd postmaster(postmaster_of(directory));
    postmaster.send(SIGSTOP);
    other.kill();
    auto options = throw_away(directory.path());
    options.stop_timeout = 50ms;
    auto again = PrivateCluster::start(options);
    CHECK(postmaster.wait_for_end(0ms));
    CHECK(remembered(again) == "42");
}

TEST_CASE("a second start on a data directory in use is refused with who uses it") {
    const auto& directory = shared_directory();
    const OtherRoost other(throw_away(directory.path()));
    const auto refusal = refusal_of([&] { PrivateCluster::start(throw_away(directory.path())); });
    CHECK(says(refusal, fmt::format("in use by another roost (process {})", other.pid())));
}

TEST_CASE("a command attaches to the cluster of a living roost and leaves it running") {
    const auto& directory = shared_directory();
    const OtherRoost other(throw_away(directory.path()));
    const auto postmaster = postmaster_of(directory);
    for (int i = 0; i < 2; ++i) {
        const auto attached = PrivateCluster::attach_or_start(throw_away(directory.path()));
        CHECK(remembered(attached) == "42");
    }
    CHECK(postmaster_of(directory) == postmaster);
}

TEST_CASE("a command starts the cluster when no roost runs, and stops it at its end") {
    const auto& directory = shared_directory();
    {
        const auto cluster = PrivateCluster::attach_or_start(throw_away(directory.path()));
        CHECK(BlockingConnection(cluster.conninfo()).server_major() >= 15);
    }
    CHECK_FALSE(fs::exists(directory.path() / "postgres/postmaster.pid"));
}

TEST_CASE("a stale postmaster.pid does not keep a cluster from starting") {
    const auto& directory = shared_directory();
    {
        remember(PrivateCluster::start(throw_away(directory.path())));
    }
    const auto file = directory.path() / "postgres/postmaster.pid";
    std::string content;
    SUBCASE("of a process id that another program has now") {
        content = fmt::format("{}\n{}\n0\n5432\n/nowhere\n\n", ::getpid(), file.parent_path().string());
    }
    SUBCASE("emptied by a power failure") {}
    std::ofstream(file) << content;
    REQUIRE(fs::exists(file));
    const auto again = PrivateCluster::start(throw_away(directory.path()));
    CHECK(remembered(again) == "42");
}

TEST_CASE("a cluster that initdb did not finish is made anew") {
    const TemporaryDirectory directory;
    fs::create_directories(directory.path() / "postgres.initdb-killed/base");
    const auto cluster = PrivateCluster::start(throw_away(directory.path()));
    CHECK_FALSE(fs::exists(directory.path() / "postgres.initdb-killed"));
}

}  // namespace roost::db
