// The database that a command works on: the one of DATABASE_URL, or the private one of the data directory.
#pragma once

#include "cli/settings.hpp"
#include "db/private_cluster.hpp"

#include <optional>
#include <string>

namespace roost::cli {

class Database {
public:
    enum class Mode {
        serve,    // owns a private cluster; refused while another process does
        command,  // uses the cluster of a running server, or starts it meanwhile
    };

    // Call from the main thread. Throws std::runtime_error with a text for the operator.
    Database(const Settings& settings, Mode mode);

    [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }
    [[nodiscard]] bool is_private() const noexcept { return cluster_.has_value(); }

private:
    std::optional<db::PrivateCluster> cluster_;
    std::string conninfo_;
};

}  // namespace roost::cli
