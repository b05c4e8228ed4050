// The secret that signs access tokens, where none is given.
#pragma once

#include <filesystem>
#include <string>

namespace roost::cli {

// Reads `<data_dir>/jwt_secret`, or makes it, readable by its owner only. Throws std::runtime_error.
std::string kept_jwt_secret(const std::filesystem::path& data_dir);

}  // namespace roost::cli
