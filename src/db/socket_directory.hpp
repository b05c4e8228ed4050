// The directory of the private cluster's unix socket. It is what keeps others out: the cluster trusts
// everyone who can reach the socket, and only its owner and root can enter the directory (mode 0700).
//
// Its path has to be short, for a socket's may have 107 bytes, so it is not in the data directory:
// /run/roost-<hash> as root, else $XDG_RUNTIME_DIR/roost-<hash>, else /tmp/roost-<uid>-<hash>, with a hash
// of the data directory.
#pragma once

#include "db/system_user.hpp"

#include <filesystem>
#include <optional>

namespace roost::db {

// Where the cluster of `data_directory` has its socket unless an option says otherwise.
std::filesystem::path default_socket_directory(const std::filesystem::path& data_directory);

// Makes the directory where it is missing and gives it to the cluster's user. Throws std::runtime_error
// when what is there already is not ours alone (in /tmp anybody can make it first) or the path is too long.
void prepare_socket_directory(const std::filesystem::path& directory, const std::optional<SystemUser>& user);

}  // namespace roost::db
