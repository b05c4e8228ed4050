#include "db/postgres_binaries.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

namespace roost::db {

namespace fs = std::filesystem;

namespace {

constexpr std::array supported_majors{17, 16, 15};

bool has_binaries(const fs::path& directory) {
    return ::access((directory / "postgres").c_str(), X_OK) == 0 &&
           ::access((directory / "initdb").c_str(), X_OK) == 0;
}

bool is_supported(int major) {
    return std::ranges::find(supported_majors, major) != supported_majors.end();
}

fs::path debian_directory(int major) {
    return fmt::format("/usr/lib/postgresql/{}/bin", major);
}

// "postgres (PostgreSQL) 15.6 (Debian …)" → 15; 0 when it cannot be told.
int major_by_asking(const fs::path& directory) {
    std::string quoted = "'";
    for (const char c : (directory / "postgres").string()) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    const auto close = [](std::FILE* pipe) { ::pclose(pipe); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(
        ::popen((quoted + "' --version 2>/dev/null").c_str(), "re"), close);
    std::array<char, 200> line{};
    if (!pipe || std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr) {
        return 0;
    }
    const std::string text = line.data();
    const auto digit = text.find_first_of("0123456789");
    return digit == std::string::npos ? 0 : std::atoi(text.c_str() + digit);
}

std::optional<PostgresBinaries> in_path() {
    const char* path = std::getenv("PATH");
    std::istringstream directories(path == nullptr ? "" : path);
    for (std::string directory; std::getline(directories, directory, ':');) {
        if (directory.starts_with('/') && has_binaries(directory)) {
            return PostgresBinaries{directory, major_by_asking(directory)};
        }
    }
    return std::nullopt;
}

PostgresBinaries preferred(const std::optional<fs::path>& chosen) {
    if (chosen) {
        if (!has_binaries(*chosen)) {
            throw std::runtime_error(
                fmt::format("{} does not hold PostgreSQL's programs postgres and initdb", chosen->string()));
        }
        const int major = major_by_asking(*chosen);
        if (major == 0) {
            throw std::runtime_error(
                fmt::format("{} does not run here: {}/postgres --version gives no version", chosen->string(),
                            chosen->string()));
        }
        return {*chosen, major};
    }
    for (const int major : supported_majors) {
        if (has_binaries(debian_directory(major))) {
            return {debian_directory(major), major};
        }
    }
    if (auto found = in_path()) {
        return *found;
    }
    throw std::runtime_error(
        "PostgreSQL 15, 16 or 17 is not installed: install it (on Debian and Ubuntu: "
        "apt-get install postgresql), or set DATABASE_URL to use a database elsewhere");
}

std::string how_to_move(const fs::path& cluster, int from, const PostgresBinaries& to) {
    const auto owner_prefix = ::geteuid() == 0 ? "su -s /bin/sh roost -c " : "sh -c ";
    return fmt::format(
        "the database in {0} was made by PostgreSQL {1}, which is not installed; installed is {2} in {3}.\n"
        "{6}"
        "To move it to PostgreSQL {2}, install both versions, stop roost, and run:\n"
        "  mkdir {0}.new && chown --reference={0} {0}.new\n"
        "  {5}'cd {0}.new && {3}/initdb -D {0}.new --username=roost --encoding=UTF8 --locale=C "
        "--auth-local=trust --auth-host=reject'\n"
        "  {5}'cd {0}.new && {3}/pg_upgrade --username=roost -b {4} -B {3} -d {0} -D {0}.new'\n"
        "  mv {0} {0}.old && mv {0}.new {0}\n"
        "Or dump with version {1} running (pg_dump --username=roost roost > roost.sql), move {0} away, start "
        "roost once, and restore with psql --username=roost roost < roost.sql.",
        cluster.string(), from, to.major, to.directory.string(), debian_directory(from).string(),
        owner_prefix,
        is_supported(from) ? fmt::format("Install postgresql-{} to go on with it as it is.\n", from)
                           : std::string("This version of roost works with PostgreSQL 15 to 17.\n"));
}

}  // namespace

std::optional<int> major_of_cluster(const fs::path& cluster) {
    std::ifstream file(cluster / "PG_VERSION");
    int major = 0;
    return file >> major ? std::optional(major) : std::nullopt;
}

PostgresBinaries find_postgres(const std::optional<fs::path>& chosen, const fs::path& cluster) {
    auto binaries = preferred(chosen);
    const auto major = major_of_cluster(cluster);
    if (major && *major != binaries.major) {
        if (!is_supported(*major) || !has_binaries(debian_directory(*major))) {
            throw std::runtime_error(how_to_move(cluster, *major, binaries));
        }
        binaries = {debian_directory(*major), *major};
    }
    if (!is_supported(binaries.major)) {
        throw std::runtime_error(fmt::format("{} holds PostgreSQL {}; expected is 15 to 17",
                                             binaries.directory.string(), binaries.major));
    }
    return binaries;
}

}  // namespace roost::db
