// The secret that signs access tokens: kept where none is given, and fit for a server on its own.
#pragma once

#include "cli/settings.hpp"

#include <filesystem>
#include <string>

namespace roost::cli {

// Reads `<data_dir>/jwt_secret`, or makes it, readable by its owner only. Throws std::runtime_error.
std::string kept_jwt_secret(const std::filesystem::path& data_dir);

// For tiers as processes of their own, which all need the same secret, and are not for trying things out: one
// must be given (the one kept in a data directory is `roost serve`'s), and must look like a random one rather
// than a placeholder. The gateway does not use it yet; it will check tokens itself. Throws std::runtime_error
// with a sentence that says how to make one, and nothing of the secret.
void require_real_secret(const Settings& settings);

}  // namespace roost::cli
